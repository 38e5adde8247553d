import type { Store } from "@dispatch/kernel";
import type { ConversationRecord, LogBase } from "./contract.ts";
import { keys, ordinalOf } from "./keys.ts";
import type { ChunkRow } from "./rows.ts";

export interface NumberedRow {
  readonly seq: number;
  readonly row: ChunkRow;
}

/** The rows of a log behind `afterSeq`, oldest first, those of the log that it begins with included. */
export async function* rowsAscending(store: Store, id: string, base: LogBase | undefined, afterSeq: number): AsyncGenerator<NumberedRow> {
  if (base !== undefined && afterSeq < base.upToSeq) {
    for await (const numbered of rowsAscending(store, base.conversationId, await baseOf(store, base.conversationId), afterSeq)) {
      if (numbered.seq > base.upToSeq) break;
      yield numbered;
    }
  }
  const range = { prefix: keys.log(id), ...(afterSeq === 0 ? {} : { after: keys.chunk(id, afterSeq) }) };
  for await (const { key, value } of store.scan(range)) yield { seq: ordinalOf(key), row: value as unknown as ChunkRow };
}

/** Newest first, before `beforeSeq`: a page costs what it holds and not what lies before it. `limit` is a hint. */
export async function* rowsDescending(
  store: Store,
  id: string,
  base: LogBase | undefined,
  { beforeSeq, limit }: { readonly beforeSeq?: number; readonly limit?: number },
): AsyncGenerator<NumberedRow> {
  const range = { prefix: keys.log(id), order: "descending" as const, ...(limit === undefined ? {} : { limit }) };
  for await (const { key, value } of store.scan(beforeSeq === undefined ? range : { ...range, after: keys.chunk(id, beforeSeq) }))
    yield { seq: ordinalOf(key), row: value as unknown as ChunkRow };
  if (base === undefined) return;
  const within = Math.min(beforeSeq ?? Number.POSITIVE_INFINITY, base.upToSeq + 1);
  yield* rowsDescending(store, base.conversationId, await baseOf(store, base.conversationId), {
    beforeSeq: within,
    ...(limit === undefined ? {} : { limit }),
  });
}

export async function baseOf(store: Store, id: string): Promise<LogBase | undefined> {
  return ((await store.get(keys.record(id))) as unknown as ConversationRecord | undefined)?.base;
}
