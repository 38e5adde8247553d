import { defineSurface, type Surface } from "@dispatch/surface-registry/contract";
import type { TodoBoard } from "./board.ts";

/** Data only. What a list of tasks looks like is the client's business. */
export const todoSurface = (board: TodoBoard): Surface =>
  defineSurface({
    id: "todo",
    region: "side",
    title: "Tasks",
    scope: "conversation",
    read: async (conversationId) => [
      { kind: "custom", rendererId: "todo", payload: { todos: conversationId === undefined ? [] : await board.items(conversationId) } },
    ],
    changes: (signal) => board.changes(signal),
    actions: {},
  });
