import { ConversationLog } from "@dispatch/conversation-store/contract";
import { CallTool, defineExtension, Tools } from "@dispatch/kernel";
import { implement, Ops } from "@dispatch/op-registry/contract";
import { Conversations, ShapeTurn, StepNotes, TurnSealed } from "@dispatch/session-orchestrator/contract";
import { getLsp } from "@dispatch/transport-contract";
import { FolderTrust, TrustChanged } from "@dispatch/workspace-trust/contract";
import { EditedFiles } from "./edited-files.ts";
import { ownEnvironment } from "./environment.ts";
import { FolderServers } from "./folder-servers.ts";
import { LanguageServices } from "./language-services.ts";
import { lspTool, toolName } from "./lsp-tool.ts";
import { localPrograms } from "./programs.ts";
import { Servers } from "./servers.ts";
import { statusOf } from "./status.ts";
import { ToolPresence } from "./tool-presence.ts";

/** Language servers: a tool that asks them, and what they say of every file that a turn edits. */
export default defineExtension({
  id: "lsp",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "session-orchestrator", "workspace-trust"],
  capabilities: ["fs", "process"],
  activate(host) {
    const log = host.use(ConversationLog);
    const conversations = host.use(Conversations);
    const trust = host.use(FolderTrust);
    const environment = ownEnvironment();
    const folders = new FolderServers({
      programs: localPrograms(environment.PATH ?? "", host.clock),
      environment,
      trusts: (folder) => trust.trusts(folder),
    });
    const servers = host.own(new Servers(host.clock, host.log));
    const services = new LanguageServices(folders, servers, host.clock);
    const edited = host.own(new EditedFiles(services, host.clock, host.log));
    const presence = new ToolPresence(folders);

    host.contribute(Tools, lspTool(services));
    host.on(ShapeTurn, async (shape, { cwd }) =>
      (await presence.in(cwd)) ? shape : { ...shape, tools: shape.tools.filter(({ name }) => name !== toolName) },
    );
    host.on(CallTool, async (call, next) => {
      const result = await next(call);
      if (call.tool.effect === "write") presence.lookAgain();
      return edited.after(call, result);
    });
    host.on(StepNotes, (notes, { turnId }) => [...notes, ...edited.notes(turnId)]);
    host.on(TrustChanged, ({ folder }) => {
      presence.lookAgain();
      servers.endIn(folder);
    });
    host.on(TurnSealed, ({ metrics }) => edited.forget(metrics.turnId));
    host.contribute(
      Ops,
      implement(getLsp, async ({ conversationId }) => {
        const stored = (await log.record(conversationId))?.cwd ?? null;
        if (stored === null) return { conversationId, cwd: null, servers: [] };
        const cwd = await conversations.folder(conversationId);
        return { conversationId, cwd, servers: await statusOf(cwd, folders, servers) };
      }),
    );
  },
});
