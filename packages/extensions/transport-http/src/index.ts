import { Booted, defineExtension } from "@dispatch/kernel";
import { implement, OpRegistry, Ops } from "@dispatch/op-registry/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { getHealth } from "@dispatch/transport-contract";
import { createAccess } from "./access.ts";
import { bearerCheck } from "./bearer.ts";
import { chatRoute } from "./chat.ts";
import { ChatStreams } from "./chat-streams.ts";
import { type Config, config } from "./config.ts";
import { HttpAddress } from "./contract.ts";
import { createDoor } from "./door.ts";
import { endGently } from "./end-gently.ts";
import { mountOps } from "./mount-ops.ts";
import { requireToken } from "./require-token.ts";
import { listen } from "./socket.ts";
import { tellFault } from "./tell-fault.ts";

/** The HTTP door: every contributed op at its route, and `POST /chat` as a stream. */
export default defineExtension<Config>({
  id: "transport-http",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: ["op-registry", "session-orchestrator"],
  capabilities: ["net"],
  config,
  activate(host) {
    const { token } = host.config;
    requireToken(host.config);
    const streams = new ChatStreams();
    const tell = tellFault(host.log);
    const chat = chatRoute({
      conversations: host.use(Conversations),
      streams,
      newTurnId: () => `turn-${host.clock.now()}-${Math.random().toString(36).slice(2, 8).padEnd(6, "0")}`,
      tell,
    });
    const opened = Promise.withResolvers<void>();
    const door = createDoor({
      access: createAccess(host.config),
      ...(token === undefined ? {} : { isBearer: bearerCheck(token) }),
      router: mountOps(host.use(OpRegistry), [chat], { name: token === undefined ? "local" : "token", via: "http" }, tell),
      opened: opened.promise,
    });
    host.contribute(
      Ops,
      implement(getHealth, () => ({ ok: true as const })),
    );
    host.on(Booted, () => opened.resolve());
    const listener = listen(host.config, door);
    host.own(endGently(listener, streams, host.clock));
    host.provide(HttpAddress, { url: listener.url });
  },
});
