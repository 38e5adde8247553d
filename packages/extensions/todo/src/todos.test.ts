import { expect, test } from "vitest";
import { todos } from "./todos.ts";

const listOf = (count: number, characters: number) =>
  Array.from({ length: count }, () => ({ content: "x".repeat(characters), status: "pending" }));

// Reaches todosMax, contentCharsMax.
test("a list of tasks is bounded in tasks and in the length of each", () => {
  expect(todos.safeParse(listOf(200, 2_000)).success).toBe(true);
  expect(todos.safeParse(listOf(201, 1)).success).toBe(false);
  expect(todos.safeParse(listOf(1, 2_001)).success).toBe(false);
});
