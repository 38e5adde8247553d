import { Booted, defineExtension, turnIdOf } from "@dispatch/kernel";
import { implement, OpRegistry, Ops } from "@dispatch/op-registry/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { getHealth } from "@dispatch/transport-contract";
import { createAccess } from "./access.ts";
import { chatRoute } from "./chat.ts";
import { ChatStreams } from "./chat-streams.ts";
import { type Config, config } from "./config.ts";
import { ByteRoutes, HealthParts, HttpAddress, OpenStreams, SocketPorts, Upgrades } from "./contract.ts";
import { createDoor, type DoorRules } from "./door.ts";
import { endGently } from "./end-gently.ts";
import { health } from "./health.ts";
import { mountRoutes } from "./mount-routes.ts";
import { requireToken } from "./require-token.ts";
import { listen } from "./socket.ts";
import { createSocketPorts } from "./socket-ports.ts";
import { tellFault } from "./tell-fault.ts";
import { tokenCheck } from "./token.ts";

/** The HTTP door: every contributed op at its route, `POST /chat` as a stream, and the sockets that others serve. */
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
      newTurnId: () => turnIdOf(host.clock.now(), Math.random()),
      tell,
    });
    const opened = Promise.withResolvers<void>();
    const rules: DoorRules = {
      access: createAccess(host.config),
      ...(token === undefined ? {} : { hasToken: tokenCheck(token) }),
      opened: opened.promise,
      tell,
    };
    const routes = mountRoutes(
      { registry: host.use(OpRegistry), upgrades: () => host.gather(Upgrades), bytes: () => host.gather(ByteRoutes), fixed: [chat] },
      { name: token === undefined ? "local" : "token", via: "http" },
      tell,
    );
    host.contribute(
      Ops,
      implement(getHealth, ({ verbose }) => health(verbose === "1" ? host.gather(HealthParts) : [], host.log)),
    );
    host.on(Booted, () => opened.resolve());
    const listener = listen({ ...host.config, setting: "BACKEND_PORT" }, createDoor(rules, routes));
    host.own({
      async [Symbol.asyncDispose]() {
        streams.end();
        await endGently(listener, host.clock);
      },
    });
    host.provide(HttpAddress, { url: listener.url });
    host.provide(OpenStreams, { count: () => streams.open });
    host.provide(SocketPorts, createSocketPorts(host.config.host, rules, host.clock));
  },
});
