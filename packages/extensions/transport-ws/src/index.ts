import { defineExtension } from "@dispatch/kernel";
import { Acts, type Caller, FaultMasking } from "@dispatch/op-registry/contract";
import { ConversationOpened, Conversations, HistoryFolded, StatusChanged } from "@dispatch/session-orchestrator/contract";
import { CatalogChanged, SurfaceChanged, SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { SocketPorts, Upgrades } from "@dispatch/transport-http/contract";
import { type Config, config } from "./config.ts";
import { Connections } from "./connections.ts";
import { OpenSockets, SocketAddress } from "./contract.ts";
import { refusalOf } from "./read-frame.ts";
import { SurfaceViews } from "./surface-views.ts";
import { tellFault } from "./tell-fault.ts";

const pingMs = 30_000;
const socketPath = "/ws" as const;

/** The WebSocket: chats, surfaces and what every client is told, on a port of its own and at `/ws` of the HTTP port. */
export default defineExtension<Config>({
  id: "transport-ws",
  version: "1.0.0",
  apiVersion: "1",
  tier: "core",
  dependsOn: ["op-registry", "session-orchestrator", "surface-registry", "transport-http"],
  capabilities: ["net"],
  config,
  activate(host) {
    const registry = host.use(SurfaceRegistry);
    const acts = host.use(Acts);
    const masking = host.use(FaultMasking);
    const tell = tellFault(
      host.log,
      () => crypto.randomUUID().slice(0, 8),
      (fault) => masking.fault(fault),
    );
    const views = new SurfaceViews(registry, (thrown, surfaceId) =>
      refusalOf("subscribe", { surfaceId }, tell(thrown, "subscribe").message),
    );
    const connections = new Connections({
      conversations: host.use(Conversations),
      registry,
      views,
      newId: () => crypto.randomUUID(),
      tell,
      mask: (frame) => masking.mask(frame),
      acted: (act) => acts.tell(act),
      actionFailed: (surface, action, { code, message }) => host.log.warn("action-failed", { surface, action, code, message }),
      catalog: () => registry.catalog(),
    });

    host.on(SurfaceChanged, (change) => views.changed(change));
    host.on(CatalogChanged, (catalog) => {
      views.keepOnly(catalog.map(({ id }) => id));
      connections.broadcast({ type: "catalog", catalog });
    });
    host.on(ConversationOpened, (opened) => connections.broadcast({ type: "conversation.open", ...opened }));
    host.on(HistoryFolded, ({ conversationId, archiveId, messagesFolded, messagesKept }) =>
      connections.broadcast({
        type: "conversation.compacted",
        conversationId,
        newConversationId: archiveId,
        messagesSummarized: messagesFolded,
        messagesKept,
      }),
    );
    host.on(StatusChanged, (changed) => connections.broadcast({ type: "conversation.statusChanged", ...changed }));
    host.spawn("ping", async (signal) => {
      for (;;) {
        await host.clock.sleep(pingMs, signal);
        if (signal.aborted) return;
        connections.check();
      }
    });

    const accept = (caller: Caller) => connections.accept(caller);
    host.contribute(Upgrades, { path: socketPath, accept });
    const port = host.use(SocketPorts).open({ port: host.config.port, setting: "SURFACE_WS_PORT", accept });
    host.own({
      async [Symbol.asyncDispose]() {
        connections.end();
        await port[Symbol.asyncDispose]();
      },
    });
    host.provide(SocketAddress, { url: port.url });
    host.provide(OpenSockets, { count: () => connections.open, subscriptions: () => connections.subscriptions });
  },
});
