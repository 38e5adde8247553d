import type { Store } from "@dispatch/kernel";
import type { StoredChunk, TurnMetrics } from "@dispatch/wire";
import type { ChunkWindow, ConversationFilter, ConversationLog, ConversationRecord, ConversationWriter, LogBase } from "./contract.ts";
import { GroupCommit } from "./group-commit.ts";
import { keys, openPrefix, recordPrefix } from "./keys.ts";
import { load } from "./load.ts";
import { baseOf, type NumberedRow, rowsAscending, rowsDescending } from "./log-rows.ts";
import { families, removeConversations } from "./remove.ts";
import { storedChunk } from "./rows.ts";
import { TailRows } from "./tail-rows.ts";
import { Writer, type WriterPorts } from "./writer.ts";

export function conversationLog(store: Store, ports: WriterPorts): ConversationLog {
  const opened = once(async () => {
    const tails = await TailRows.open(store);
    return { tails, group: new GroupCommit(store, tails, ports.clock) };
  });
  return {
    async record(id) {
      return (await store.get(keys.record(id))) as unknown as ConversationRecord | undefined;
    },
    list: (filter) => list(store, filter),
    chunks: (id, window) => chunks(store, id, window),
    async *entries(id) {
      for await (const { seq, row } of rowsAscending(store, id, await baseOf(store, id), 0)) yield { seq, ...row };
    },
    metrics: async (id) => metrics(store, id, await baseOf(store, id)),
    lastReply: (id) => lastReply(store, id),
    async openTurns() {
      return (await Array.fromAsync(store.scan({ prefix: openPrefix }))).map(({ key }) => key.slice(openPrefix.length));
    },
    families: () => families(store),
    remove: (ids) => removeConversations(store, ids),
    async write<E>(id: string, handOn: (events: readonly E[]) => void): Promise<ConversationWriter<E>> {
      const { tails, group } = await opened();
      const loaded = await load(store, tails, id);
      const lastSeqOf = (messageIds: ReadonlySet<string>, base: LogBase | undefined, afterSeq: number) =>
        lastSeqAmong(rowsAscending(store, id, base, afterSeq), messageIds);
      return new Writer(loaded, (loaded.seat ?? 0) + 1, group, { ...ports, lastSeqOf }, handOn);
    },
  };
}

/** What failed is tried again with the next call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((thrown: unknown) => {
      made = undefined;
      throw thrown;
    });
    return made;
  };
}

async function list(store: Store, { idPrefix = "", statuses, workspaceId }: ConversationFilter): Promise<readonly ConversationRecord[]> {
  const found: ConversationRecord[] = [];
  // What no id can begin with finds none, and is no key that a store would take.
  if (!/^[A-Za-z0-9_.:-]{0,128}$/.test(idPrefix)) return found;
  for await (const { value } of store.scan({ prefix: recordPrefix + idPrefix })) {
    const record = value as unknown as ConversationRecord;
    if (statuses !== undefined && !statuses.includes(record.status)) continue;
    if (workspaceId !== undefined && record.workspaceId !== workspaceId) continue;
    found.push(record);
  }
  return found.sort((a, b) => b.lastActivityAt - a.lastActivityAt || (a.id < b.id ? -1 : 1));
}

/** Reads from the newest backwards, so that a page costs what it holds and not what lies before it. */
async function chunks(store: Store, id: string, { sinceSeq = 0, beforeSeq, limit }: ChunkWindow): Promise<readonly StoredChunk[]> {
  const found: StoredChunk[] = [];
  const window = { ...(beforeSeq === undefined ? {} : { beforeSeq }), ...(limit === undefined ? {} : { limit }) };
  for await (const { seq, row } of rowsDescending(store, id, await baseOf(store, id), window)) {
    if (seq <= sinceSeq) break;
    found.push(storedChunk(seq, row));
    if (found.length === limit) break;
  }
  return found.reverse();
}

async function metrics(store: Store, id: string, base: LogBase | undefined): Promise<readonly TurnMetrics[]> {
  const before = base === undefined ? [] : await metrics(store, base.conversationId, await baseOf(store, base.conversationId));
  const own = await Array.fromAsync(store.scan({ prefix: keys.turns(id) }));
  return [...before.slice(0, base?.turns), ...own.map(({ value }) => value as unknown as TurnMetrics)];
}

/** The last `seq` that any of these messages has; `undefined` when none of them is stored. */
async function lastSeqAmong(rows: AsyncIterable<NumberedRow>, messageIds: ReadonlySet<string>): Promise<number | undefined> {
  let last: number | undefined;
  for await (const { seq, row } of rows) if (messageIds.has(row.messageId) && row.covers === undefined) last = seq;
  return last;
}

async function lastReply(store: Store, id: string): Promise<string> {
  let messageId: string | undefined;
  for await (const { row } of rowsDescending(store, id, await baseOf(store, id), {})) {
    if (messageId !== undefined && row.messageId !== messageId) return "";
    if (row.role !== "assistant") continue;
    messageId = row.messageId;
    if (row.chunk.type === "text") return row.chunk.text;
  }
  return "";
}
