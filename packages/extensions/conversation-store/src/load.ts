import type { Message, Store } from "@dispatch/kernel";
import type { QueuedMessage } from "@dispatch/wire";
import type { ConversationRecord, OpenTurn, TailItem } from "./contract.ts";
import { keys, ordinalOf } from "./keys.ts";
import { reconcile } from "./reconcile.ts";
import { type ChunkRow, MessageGrouper } from "./rows.ts";
import type { TailRows } from "./tail-rows.ts";

/** An open turn as it is stored: with the first tail row that counts for its running step. */
export interface StoredTurn extends OpenTurn {
  readonly tailFrom: number;
}

/** A conversation as its writer finds it. */
export interface Loaded {
  readonly id: string;
  readonly record?: ConversationRecord;
  readonly latestSeq: number;
  readonly messages: readonly Message[];
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
  const [record, open, seat] = await Promise.all([store.get(keys.record(id)), store.get(keys.open(id)), store.get(keys.seat(id))]);
  // Every writer's first commit takes the seat: without one nothing else was ever written.
  if (seat === undefined) return { id, latestSeq: 0, messages: [], tail: [], queue: [], turns: 0, seat };
  const grouper = new MessageGrouper();
  let latestSeq = 0;
  for await (const { key, value } of store.scan({ prefix: keys.log(id) })) {
    grouper.add(value as unknown as ChunkRow);
    latestSeq = ordinalOf(key);
  }
  const tail = open === undefined ? [] : await tails.read(id, (open as unknown as StoredTurn).tailFrom);
  const queue: { n: number; message: QueuedMessage }[] = [];
  for await (const { key, value } of store.scan({ prefix: keys.queue(id) }))
    queue.push({ n: ordinalOf(key), message: value as unknown as QueuedMessage });
  let turns = 0;
  for await (const { key } of store.scan({ prefix: keys.turns(id), order: "descending", limit: 1 })) turns = ordinalOf(key);
  return {
    id,
    latestSeq,
    messages: reconcile(grouper.messages),
    tail,
    queue,
    turns,
    seat: seat as number,
    ...(record === undefined ? {} : { record: record as unknown as ConversationRecord }),
    ...(open === undefined ? {} : { open: open as unknown as StoredTurn }),
  };
}
