import { putWorkspace } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { isSlug, slugOf } from "./slug.ts";

const isTaken = (workspaceId: string): boolean => putWorkspace.input.safeParse({ workspaceId }).success;

// Reaches slugCharsMax.
test("a title becomes an id that the server takes", () => {
  expect(slugOf("  My Café — notes! ")).toBe("my-cafe-notes");
  for (const title of ["A", "x".repeat(100), `${"a".repeat(39)} b`, "--9--"]) expect(isTaken(slugOf(title)), title).toBe(true);
  expect(slugOf("日本語")).toBe("");
});

test("what counts as an id here does so at the server, and nothing else", () => {
  for (const text of ["a", "a-b", "-a", "a-", "A", "", "a".repeat(40), "a".repeat(41), "a b", "ä"])
    expect(isSlug(text), text).toBe(isTaken(text));
});
