import { expect, test } from "vitest";
import { type FoundPlace, foundGroups, speakerOf } from "./found-groups.ts";

const place = (conversationId: string, seq: number, more: Partial<FoundPlace> = {}): FoundPlace => ({
  conversationId,
  title: conversationId,
  workspaceId: "default",
  status: "idle",
  lastActivityAt: 0,
  seq,
  kind: "text",
  snippet: "",
  matches: [],
  ...more,
});

test("places stand below their conversation, in the server's order; a title is its conversation's own line", () => {
  const groups = foundGroups([place("b", 4), place("a", 0, { kind: "title" }), place("b", 9)]);
  expect(groups.map(({ of, places }) => [of.conversationId, ...places.map(({ seq }) => seq)])).toEqual([["b", 4, 9], ["a"]]);
});

test("who said it is told by what it is before by whose message it stands in", () => {
  expect(speakerOf(place("a", 1, { role: "user" }))).toBe("You");
  expect(speakerOf(place("a", 1, { role: "assistant", kind: "thinking" }))).toBe("Thoughts");
  expect(speakerOf(place("a", 1, { role: "tool", kind: "tool-result" }))).toBe("Tool");
  expect(speakerOf(place("a", 0, { kind: "title" }))).toBe("");
});
