import { MemoryStore, surfaceLaws } from "@dispatch/testkit";
import { test } from "vitest";
import { todoBoard } from "./board.ts";
import { todoSurface } from "./surface.ts";

const open = async () => {
  const board = todoBoard(new MemoryStore());
  return {
    surface: todoSurface(board),
    change: (conversationId: string) => board.replace(conversationId, [{ content: "Plan", status: "pending", priority: "medium" }]),
  };
};

for (const [law, hold] of Object.entries(surfaceLaws)) test(law, () => hold(open));
