import type { ConversationMeta } from "@dispatch/wire";
import { expect, test } from "vitest";
import { byDay, emptyList, ownerOfArchive, statusOf, tabsStillOpen, withConversations, withStatus, withTab } from "./list-state.ts";

const meta = (id: string, lastActivityAt: number): ConversationMeta => ({
  id,
  createdAt: 0,
  lastActivityAt,
  title: id,
  status: "idle",
  workspaceId: "default",
});
const status = (conversationId: string, state: ConversationMeta["status"]) =>
  ({ type: "conversation.statusChanged", conversationId, status: state, workspaceId: "default" }) as const;
const list = withConversations(emptyList, [meta("old", 1), meta("new", 2)]);
const ids = ({ conversations }: typeof list) => conversations.map(({ id }) => id);

test("a conversation that begins to work moves to the top and goes back to rest in its place", () => {
  const active = withStatus(list, status("old", "active"), 10);
  expect(ids(active)).toEqual(["old", "new"]);
  expect(statusOf(active, "old")).toBe("active");
  expect(ids(withStatus(active, status("old", "idle"), 20))).toEqual(["old", "new"]);
});

test("one that is closed leaves, and one that nobody has named yet is asked for", () => {
  expect(ids(withStatus(list, status("new", "closed"), 10))).toEqual(["old"]);
  expect([...withStatus(list, status("stranger", "active"), 10).unknown]).toEqual(["stranger"]);
});

test("conversations stand below the day of their last activity", () => {
  const midnight = 100 * 86_400_000;
  const groups = byDay([meta("now", midnight + 5), meta("before", midnight - 5), meta("long ago", 0)], midnight);
  expect(groups.map(({ name, conversations }) => [name, ...conversations.map(({ id }) => id)])).toEqual([
    ["Today", "now"],
    ["Yesterday", "before"],
    ["Older", "long ago"],
  ]);
});

test("a tab goes when the server no longer names what it named before, and stays when it was begun here", () => {
  expect(tabsStillOpen(["old", "gone", "begun"], new Set(["old", "gone"]), list)).toEqual(["old", "begun"]);
});

test("an archive leads to the conversation that it was made of, over later archives, and never in a circle", () => {
  const archived = (id: string, compactedFrom?: string) => ({ ...meta(id, 0), ...(compactedFrom === undefined ? {} : { compactedFrom }) });
  const all = [archived("c", "a2"), archived("a2", "a1"), archived("a1"), archived("x", "y"), archived("y", "x")];
  expect(ownerOfArchive("a1", all)?.id).toBe("c");
  expect(ownerOfArchive("a2", all)?.id).toBe("c");
  expect(ownerOfArchive("c", all)).toBeUndefined();
  expect(ownerOfArchive("x", all)?.id).toBeDefined();
});

// Reaches tabsMax.
test("thirty tabs are open at once; the one that was opened first goes", () => {
  const thirty = Array.from({ length: 30 }, (_, n) => `c${n}`).reduce<readonly string[]>(withTab, []);
  expect([thirty.length, thirty[0]]).toEqual([30, "c0"]);
  const more = withTab(thirty, "more");
  expect([more.length, more[0], more.at(-1)]).toEqual([30, "c1", "more"]);
});
