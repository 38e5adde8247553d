import type { ConversationMeta } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type Filter, shownConversations } from "./list-filter.ts";

const meta = (id: string, status: ConversationMeta["status"], lastActivityAt: number, workspaceId = "default"): ConversationMeta => ({
  id,
  status,
  lastActivityAt,
  workspaceId,
  title: `About ${id}`,
  createdAt: 0,
});
const open = [meta("a", "active", 3), meta("b", "idle", 2, "notes"), meta("q", "queued", 1)];
const closed = [meta("x", "closed", 4), meta("b", "closed", 2)];
const shown = (filter: Filter, workspaceId?: string) => shownConversations(open, closed, { filter, workspaceId }).map(({ id }) => id);

test("each filter shows its own, newest first, and nothing twice that was opened again", () => {
  expect(shown("open")).toEqual(["a", "b", "q"]);
  expect(shown("working")).toEqual(["a", "q"]);
  expect(shown("closed")).toEqual(["x"]);
  expect(shown("all")).toEqual(["x", "a", "b", "q"]);
});

test("a workspace shows its own alone", () => {
  expect(shown("all", "notes")).toEqual(["b"]);
  expect(shown("all", "nobody")).toEqual([]);
});
