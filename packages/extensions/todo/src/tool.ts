import { defineTool, say, type Tool } from "@dispatch/kernel";
import { z } from "zod";
import type { TodoBoard } from "./board.ts";
import { todos } from "./todos.ts";

const description = `Keep the list of tasks of this conversation, which the person sees beside it. Use it for work of three steps or more: write the list
before you begin, set a task to in_progress when you start it, and to completed as soon as it is done. Every call replaces the whole list; an empty
list clears it.`;

const input = z.object({ todos: todos.describe("The whole list, in the order of the work. What is left out is gone.") });

export const todoWrite = (board: TodoBoard): Tool =>
  defineTool({
    name: "todo_write",
    description: description.replaceAll("\n", " "),
    input,
    effect: "write",
    timeoutMs: 10_000,
    async run({ todos: items }, { conversationId }) {
      await board.replace(conversationId, items);
      return say(JSON.stringify(items, null, 2), { todos: items });
    },
  });
