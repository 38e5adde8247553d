import type { Store } from "@dispatch/kernel";
import type { StoredChunk, TurnMetrics } from "@dispatch/wire";
import type { ChunkWindow, ConversationFilter, ConversationLog, ConversationRecord, ConversationWriter } from "./contract.ts";
import { GroupCommit } from "./group-commit.ts";
import { keys, openPrefix, recordPrefix } from "./keys.ts";
import { load } from "./load.ts";
import { type ChunkRow, storedChunk } from "./rows.ts";
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
    metrics: async (id) =>
      (await Array.fromAsync(store.scan({ prefix: keys.turns(id) }))).map(({ value }) => value as unknown as TurnMetrics),
    lastReply: (id) => lastReply(store, id),
    async openTurns() {
      return (await Array.fromAsync(store.scan({ prefix: openPrefix }))).map(({ key }) => key.slice(openPrefix.length));
    },
    async write<E>(id: string, handOn: (events: readonly E[]) => void): Promise<ConversationWriter<E>> {
      const { tails, group } = await opened();
      const loaded = await load(store, tails, id);
      return new Writer(loaded, (loaded.seat ?? 0) + 1, group, ports, handOn);
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
  const range = { prefix: keys.log(id), order: "descending" as const, ...(limit === undefined ? {} : { limit }) };
  for await (const { key, value } of store.scan(beforeSeq === undefined ? range : { ...range, after: keys.chunk(id, beforeSeq) })) {
    const chunk = storedChunk(key, value as unknown as ChunkRow);
    if (chunk.seq <= sinceSeq) break;
    found.push(chunk);
  }
  return found.reverse();
}

async function lastReply(store: Store, id: string): Promise<string> {
  let messageId: string | undefined;
  for await (const { value } of store.scan({ prefix: keys.log(id), order: "descending" })) {
    const row = value as unknown as ChunkRow;
    if (messageId !== undefined && row.messageId !== messageId) return "";
    if (row.role !== "assistant") continue;
    messageId = row.messageId;
    if (row.chunk.type === "text") return row.chunk.text;
  }
  return "";
}
