import { Booted, defineExtension, turnIdOf } from "@dispatch/kernel";
import { Acts, FaultMasking, implement, OpRegistry, Ops } from "@dispatch/op-registry/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { getHealth } from "@dispatch/transport-contract";
import { createAccess } from "./access.ts";
import { createAdmissions } from "./admit.ts";
import { readCertificate } from "./certificate.ts";
import { chatRoute } from "./chat.ts";
import { ChatStreams } from "./chat-streams.ts";
import { createClientAddress } from "./client-address.ts";
import { type Config, config } from "./config.ts";
import {
  ByteRoutes,
  HealthParts,
  HttpAddress,
  OpenStreams,
  RequestGuards,
  SocketPorts,
  TokenKinds,
  Upgrades,
  WebPages,
} from "./contract.ts";
import { createDoor, type DoorRules } from "./door.ts";
import { endGently } from "./end-gently.ts";
import { health } from "./health.ts";
import { mountRoutes } from "./mount-routes.ts";
import { requireToken } from "./require-token.ts";
import { listen } from "./socket.ts";
import { createSocketPorts } from "./socket-ports.ts";
import { tellFault } from "./tell-fault.ts";
import { Throttle } from "./throttle.ts";

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
    const { host: address, token, trustedProxies } = host.config;
    requireToken(host.config);
    const tls = host.config.tls === undefined ? undefined : readCertificate(host.config.tls);
    if (tls !== undefined && tls.expiresAt < host.clock.now()) host.log.warn("certificate-expired", { setting: "DISPATCH_TLS_CERT" });
    const place = { host: address, ...(tls === undefined ? {} : { tls }) };
    const streams = new ChatStreams();
    const acts = host.use(Acts);
    const masking = host.use(FaultMasking);
    const tell = tellFault(host.log, (fault) => masking.fault(fault));
    const chat = chatRoute({
      conversations: host.use(Conversations),
      streams,
      newTurnId: () => turnIdOf(host.clock.now(), Math.random()),
      acted: (act) => acts.tell(act),
      tell,
    });
    const clients = createClientAddress(trustedProxies);
    const opened = Promise.withResolvers<void>();
    const { router, page } = mountRoutes(
      {
        registry: host.use(OpRegistry),
        upgrades: () => host.gather(Upgrades),
        bytes: () => host.gather(ByteRoutes),
        pages: () => host.gather(WebPages),
        fixed: [chat],
      },
      tell,
    );
    const rules: DoorRules = {
      access: createAccess(host.config),
      admissions: createAdmissions({
        ...(token === undefined ? {} : { token }),
        kinds: () => host.gather(TokenKinds),
        throttle: new Throttle(host.clock),
        clients,
        held: (address) => host.log.warn("too-many-guesses", { address }),
      }),
      guards: () => host.gather(RequestGuards),
      page,
      isSecure: ({ headers }, connection) => tls !== undefined || clients.cameSecurely(connection.peer().address, headers),
      opened: opened.promise,
      tell,
    };
    host.contribute(
      Ops,
      implement(getHealth, ({ verbose }) => health(verbose === "1" ? host.gather(HealthParts) : [], host.log)),
    );
    host.on(Booted, () => opened.resolve());
    const listener = listen({ ...place, port: host.config.port, setting: "BACKEND_PORT" }, createDoor(rules, router));
    host.own({
      async [Symbol.asyncDispose]() {
        streams.end();
        await endGently(listener, host.clock);
      },
    });
    host.provide(HttpAddress, { url: listener.url });
    host.provide(OpenStreams, { count: () => streams.open });
    host.provide(SocketPorts, createSocketPorts(place, rules, host.clock));
  },
});
