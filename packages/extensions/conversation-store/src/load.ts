import type { Message, Store } from "@dispatch/kernel";
import type { QueuedMessage } from "@dispatch/wire";
import type { ConversationRecord, LogBase, OpenTurn, TailItem } from "./contract.ts";
import { keys, ordinalOf } from "./keys.ts";
import { rowsAscending } from "./log-rows.ts";
import { reconcile } from "./reconcile.ts";
import { MessageGrouper } from "./rows.ts";
import type { TailRows } from "./tail-rows.ts";

/** An open turn as it is stored: with the first tail row that counts for its running step. */
export interface StoredTurn extends OpenTurn {
  readonly tailFrom: number;
}

/** Which summary stands for what at the log's beginning. */
export interface StoredFold {
  readonly upToSeq: number;
  readonly summarySeq: number;
}

/** A conversation as its writer finds it. */
export interface Loaded {
  readonly id: string;
  readonly record?: ConversationRecord;
  readonly latestSeq: number;
  readonly messages: readonly Message[];
  readonly fold?: StoredFold;
  readonly open?: StoredTurn;
  readonly tail: readonly TailItem[];
  readonly queue: readonly { readonly n: number; readonly message: QueuedMessage }[];
  /** Sealed turns. */
  readonly turns: number;
  /** The epoch of the last writer. */
  readonly seat: number | undefined;
}

/** Reads what a writer needs. Rows were written by this package, so their shape is taken as given. */
export async function load(store: Store, tails: TailRows, id: string): Promise<Loaded> {
  const seat = await store.get(keys.seat(id));
  // Every writer's first commit takes the seat: without one nothing else was ever written.
  if (seat === undefined) return { id, latestSeq: 0, messages: [], tail: [], queue: [], turns: 0, seat };
  const [meta, open, folded] = await Promise.all([store.get(keys.record(id)), store.get(keys.open(id)), store.get(keys.fold(id))]);
  const record = meta as unknown as ConversationRecord | undefined;
  const fold = folded as unknown as StoredFold | undefined;
  const { messages, latestSeq } = await readView(store, id, record?.base, fold);
  const tail = open === undefined ? [] : await tails.read(id, (open as unknown as StoredTurn).tailFrom);
  const queue: { n: number; message: QueuedMessage }[] = [];
  for await (const { key, value } of store.scan({ prefix: keys.queue(id) }))
    queue.push({ n: ordinalOf(key), message: value as unknown as QueuedMessage });
  let turns = record?.base?.turns ?? 0;
  for await (const { key } of store.scan({ prefix: keys.turns(id), order: "descending", limit: 1 })) turns = ordinalOf(key);
  return {
    id,
    latestSeq,
    messages: reconcile(messages),
    tail,
    queue,
    turns,
    seat: seat as number,
    ...(record === undefined ? {} : { record }),
    ...(fold === undefined ? {} : { fold }),
    ...(open === undefined ? {} : { open: open as unknown as StoredTurn }),
  };
}

/** What was folded is not read: a long conversation costs what its model still sees of it. */
async function readView(
  store: Store,
  id: string,
  base: LogBase | undefined,
  fold: StoredFold | undefined,
): Promise<{ readonly messages: readonly Message[]; readonly latestSeq: number }> {
  const summary = new MessageGrouper();
  const kept = new MessageGrouper();
  let latestSeq = fold?.upToSeq ?? 0;
  for await (const { seq, row } of rowsAscending(store, id, base, latestSeq)) {
    latestSeq = seq;
    if (row.covers === undefined) kept.add(row);
    else if (seq === fold?.summarySeq) summary.add(row);
  }
  return { messages: [...summary.messages, ...kept.messages], latestSeq };
}
