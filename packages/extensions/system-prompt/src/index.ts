import { ConversationLog } from "@dispatch/conversation-store/contract";
import { defineExtension } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { Secrets } from "@dispatch/secrets/contract";
import { ConversationKeepers, Conversations, ShapeTurn } from "@dispatch/session-orchestrator/contract";
import { PromptVariables } from "./contract.ts";
import { ownGit } from "./git-process.ts";
import { promptOps } from "./ops.ts";
import { Prompts } from "./prompts.ts";
import { resolveVariables } from "./resolve-variables.ts";
import { Shelf } from "./shelf.ts";
import { builtInVariables } from "./variables.ts";

/** Makes the system prompt of each conversation from one template, once. */
export default defineExtension({
  id: "system-prompt",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["op-registry", "conversation-store", "session-orchestrator", "secrets"],
  capabilities: ["fs", "process"],
  activate(host) {
    const [log, secrets, conversations] = [host.use(ConversationLog), host.use(Secrets), host.use(Conversations)];
    const variables = () => host.gather(PromptVariables);
    const shelf = host.own(new Shelf(host.store, host.clock, host.log));
    const prompts = new Prompts({
      store: host.store,
      shelf,
      // Prompts are stored, and a project's own file may hold a key.
      resolve: async (wanted, context) => {
        const values = await resolveVariables(wanted, context, { variables: variables(), clock: host.clock, log: host.log });
        return new Map(values.entries().map(([name, value]) => [name, secrets.maskKnown(value)]));
      },
      async settingOf(conversationId) {
        const { computerId = null, compactedFrom = null } = (await log.record(conversationId)) ?? {};
        return { computerId, compactedFrom };
      },
    });
    for (const variable of builtInVariables(host.clock, ownGit())) host.contribute(PromptVariables, variable);
    const contextOf = async (conversationId: string) => {
      const { model, workspaceId = "default" } = (await log.record(conversationId)) ?? {};
      return { conversationId, workspaceId, modelName: model ?? "", cwd: await conversations.folder(conversationId) };
    };
    for (const op of promptOps(prompts, variables, contextOf)) host.contribute(Ops, op);
    host.contribute(ConversationKeepers, { name: "system prompts", forget: (conversationId) => prompts.forget(conversationId) });
    host.on(ShapeTurn, async (shape, context) => ({ ...shape, system: await prompts.promptFor(context) }));
  },
});
