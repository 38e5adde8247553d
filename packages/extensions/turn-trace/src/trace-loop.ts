import type { Model } from "@dispatch/kernel";
import type { TurnLoop } from "@dispatch/session-orchestrator/contract";
import type { TurnTracer } from "./turn-tracer.ts";

/** The same loop; the tracer is told when it begins a step, asks its model and calls a tool. No delta passes here. */
export function traceLoop(loop: TurnLoop, tracer: TurnTracer): TurnLoop {
  return (turn, ports) =>
    loop(
      { ...turn, model: watchedModel(turn.model, tracer) },
      {
        ...ports,
        stepContext: (messages) => {
          tracer.stepBegins();
          return ports.stepContext(messages);
        },
        callTool: (call) => tracer.called({ name: call.tool.name, toolCallId: call.id }, () => ports.callTool(call)),
      },
    );
}

function watchedModel(model: Model, tracer: TurnTracer): Model {
  return {
    name: model.name,
    ...(model.contextWindow === undefined ? {} : { contextWindow: model.contextWindow }),
    ...(model.vision === undefined ? {} : { vision: model.vision }),
    stream: (request, signal) => {
      const parts = model.stream(request, signal);
      tracer.asked(request);
      return parts;
    },
  };
}
