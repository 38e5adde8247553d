import { CallTool, defineExtension, type Extension } from "@dispatch/kernel";
import { Conversations, QueueChanged, ShapeModel, StatusChanged, TurnSealed, TurnStarted } from "@dispatch/session-orchestrator/contract";
import { ByteRoutes, OpenStreams } from "@dispatch/transport-http/contract";
import { OpenSockets } from "@dispatch/transport-ws/contract";
import { type MetricSource, MetricSources } from "./contract.ts";
import { doorNumbers } from "./door-numbers.ts";
import { LoopDelay } from "./loop-delay.ts";
import { metricsRoute } from "./metrics-route.ts";
import { onceEach } from "./once-each.ts";
import { processNumbers } from "./process.ts";
import { QueueNumbers } from "./queue-numbers.ts";
import { ToolNumbers } from "./tool-numbers.ts";
import { TurnNumbers } from "./turn-numbers.ts";

export { timedStorage } from "./timed-storage.ts";

/** Numbers for Prometheus. `given` are those that whoever composes the server keeps: no extension sees the storage or the journal. */
export default function metrics(given: readonly MetricSource[]): Extension {
  return defineExtension({
    id: "metrics",
    version: "1.0.0",
    apiVersion: "1",
    tier: "standard",
    dependsOn: ["session-orchestrator", "transport-http", "transport-ws"],
    capabilities: ["process"],
    activate(host) {
      const conversations = host.use(Conversations);
      const turns = new TurnNumbers((id) => conversations.isActive(id));
      const tools = new ToolNumbers(host.clock);
      const queues = new QueueNumbers();
      const loop = new LoopDelay(host.clock);
      host.on(TurnStarted, ({ conversationId }) => turns.started(conversationId));
      host.on(TurnSealed, (ended) => turns.ended(ended));
      host.on(ShapeModel, (model, { modelName }) => turns.watch(model, modelName));
      host.on(CallTool, (call, next) => tools.watch(call.tool.name, () => next(call)));
      host.on(QueueChanged, ({ conversationId, queue }) => queues.queueChanged(conversationId, queue.length));
      host.on(StatusChanged, ({ conversationId, status }) => queues.statusChanged(conversationId, status));
      host.spawn("watch-event-loop", (signal) => loop.run(signal));
      const doors = doorNumbers(host.use(OpenStreams), host.use(OpenSockets));
      for (const source of [turns, tools, queues, doors, loop, processNumbers, ...given]) host.contribute(MetricSources, source);
      const leftOut = onceEach((problem) => host.log.warn("metrics-left-out", { problem }));
      host.contribute(ByteRoutes, metricsRoute({ sources: () => host.gather(MetricSources), leftOut }));
    },
  });
}
