import { expect, test } from "vitest";
import { readTodos } from "./read-todos.ts";

test("tasks are read with or without a priority; what has no content is none", () => {
  const todos = [
    { content: "a", status: "completed" },
    { content: "b", status: "in_progress", priority: "high" },
    { content: "c", status: "blocked" },
    null,
    { status: "pending" },
  ];
  expect(readTodos({ todos })).toEqual([
    { content: "a", status: "completed", isUrgent: false },
    { content: "b", status: "in_progress", isUrgent: true },
    { content: "c", status: "pending", isUrgent: false },
  ]);
  for (const payload of [null, 1, {}, { todos: "x" }]) expect(readTodos(payload)).toEqual([]);
});
