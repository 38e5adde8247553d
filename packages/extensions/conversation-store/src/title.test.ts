import type { Message } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { titleOf } from "./title.ts";

const user = (...texts: string[]): Message => ({ id: "m", role: "user", parts: texts.map((text) => ({ chunk: { type: "text", text } })) });

test("a title is the first text of a user message", () => {
  expect(titleOf(user("  ", " plans "))).toBe("plans");
  expect(titleOf({ ...user("no"), role: "assistant" })).toBeUndefined();
  expect(titleOf({ id: "m", role: "user", parts: [{ chunk: { type: "image", url: "data:," } }] })).toBeUndefined();
});

// Reaches titleCharactersMax.
test("a title is cut at 80 characters, never through one", () => {
  expect(titleOf(user("x".repeat(80)))).toBe("x".repeat(80));
  expect(titleOf(user("x".repeat(81)))).toBe(`${"x".repeat(80)}…`);
  expect(titleOf(user("🙂".repeat(81)))).toBe(`${"🙂".repeat(80)}…`);
  expect(titleOf(user("🙂".repeat(80)))).toBe("🙂".repeat(80));
});
