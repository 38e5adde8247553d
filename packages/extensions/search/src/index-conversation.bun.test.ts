import { statSync } from "node:fs";
import { join } from "node:path";
import type { ConversationRecord } from "@dispatch/conversation-store/contract";
import type { StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { tempFolder } from "./ground.fixture.ts";
import { indexConversation, type ReadLog } from "./index-conversation.ts";
import { openIndexFile } from "./index-file.ts";
import { SearchIndex, type Share } from "./search-index.ts";

const record = { id: "c", title: "T", workspaceId: "w", status: "idle", lastActivityAt: 1 } as ConversationRecord;

/** How much is read at once, and how many chunks come with each commit. */
async function steps(chars: readonly number[]) {
  const chunks = chars.map((length, n): StoredChunk => {
    const chunk = { type: "text", text: "x".repeat(length) } as const;
    return { seq: n + 1, role: "user", messageId: `m${n}`, chunk };
  });
  const read: number[] = [];
  const log: ReadLog = {
    record: async () => record,
    list: async () => [],
    async chunks(_id, { sinceSeq = 0, beforeSeq = Number.POSITIVE_INFINITY }) {
      const window = chunks.filter(({ seq }) => seq > sinceSeq && seq < beforeSeq);
      read.push(window.length);
      return window;
    },
  };
  const index = new SearchIndex(openIndexFile(":memory:", 0));
  const upTo: number[] = [0];
  for await (const _ of indexConversation("c", "front", log, index)) upTo.push(index.known("c")?.seq ?? 0);
  index.close();
  return { read, slices: upTo.slice(1).map((seq, at) => seq - (upTo[at] ?? 0)) };
}

// Reaches windowMax.
test("of a long log thirty-two chunks are read at once", async () => {
  expect((await steps(Array<number>(70).fill(10))).read).toEqual([32, 32, 6]);
});

// Reaches sliceCharsMax.
test("a commit takes chunks until they are some twenty thousand characters, and at least one", async () => {
  expect((await steps(Array<number>(4).fill(12_288))).slices).toEqual([2, 2]);
  expect((await steps([12_287, 12_288, 12_288, 1])).slices).toEqual([3, 1]);
  expect((await steps([60_000, 60_000])).slices).toEqual([1, 1]);
});

// Reaches walPagesMax.
test("what is written goes from the write-ahead log into the file a few pages at a time", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "search.db");
  const index = new SearchIndex(openIndexFile(path, 0));
  const share: Omit<Share, "id" | "passages"> = {
    ...{ title: "t", workspace: "w", status: "idle", activeAt: 1, seq: 1, anchor: "", wholeAt: 1, ownTitle: false },
  };
  const passage = { seq: 1, kind: "text", role: "user", messageId: "m" };
  for (let n = 0; n < 300; n++)
    index.store({ ...share, id: `c${n}`, passages: [{ ...passage, text: `word${n} `.repeat(1_000) }] }, "front");
  const pageBytes = 4_096 + 24;
  expect(statSync(path).size).toBeGreaterThan(1_000 * 1_024);
  expect(statSync(`${path}-wal`).size).toBeLessThan(200 * pageBytes);
  index.close();
});
