import { defineExtension, Tools } from "@dispatch/kernel";
import { ConversationKeepers } from "@dispatch/session-orchestrator/contract";
import { Surfaces } from "@dispatch/surface-registry/contract";
import { todoBoard } from "./board.ts";
import { todoSurface } from "./surface.ts";
import { todoWrite } from "./tool.ts";

/** The model's list of tasks, which it writes and the person sees. */
export default defineExtension({
  id: "todo",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["session-orchestrator", "surface-registry"],
  capabilities: [],
  activate(host) {
    const board = todoBoard(host.store);
    host.contribute(Tools, todoWrite(board));
    host.contribute(Surfaces, todoSurface(board));
    host.contribute(ConversationKeepers, { name: "task lists", forget: (conversationId) => board.replace(conversationId, []) });
  },
});
