import type { Json, Store, Write } from "@dispatch/kernel";
import type { TailItem } from "./contract.ts";
import { keys, openPrefix, ordinalOf, tailPrefix } from "./keys.ts";

/** What one conversation adds to a commit. */
export interface TailShare {
  readonly conversationId: string;
  readonly items: readonly TailItem[];
  /** What earlier rows hold of this conversation no longer counts. */
  readonly settled: boolean;
}

type Row = { readonly [conversationId: string]: readonly TailItem[] };

/**
 * The tails of all running steps, one row a commit: a row for each conversation would cost as much as all else that a busy server stores. A
 * conversation's open turn says from which row on its tail counts; a row goes as soon as it counts for nobody.
 */
export class TailRows {
  readonly #store: Store;
  /** For each conversation with a tail, the first row that may hold some of it. */
  readonly #first = new Map<string, number>();
  /** What a former process left, until its conversation is loaded. */
  readonly #left = new Map<string, { readonly n: number; readonly items: readonly TailItem[] }[]>();
  #oldest = 1;
  #next = 1;

  constructor(store: Store) {
    this.#store = store;
  }

  static async open(store: Store): Promise<TailRows> {
    const tails = new TailRows(store);
    for await (const { key, value } of store.scan({ prefix: openPrefix }))
      tails.#first.set(key.slice(openPrefix.length), (value as unknown as { readonly tailFrom: number }).tailFrom);
    let oldest: number | undefined;
    for await (const { key, value } of store.scan({ prefix: tailPrefix })) {
      const n = ordinalOf(key);
      oldest ??= n;
      tails.#next = n + 1;
      for (const [id, items] of Object.entries(value as unknown as Row))
        tails.#left.set(id, [...(tails.#left.get(id) ?? []), { n, items }]);
    }
    tails.#oldest = oldest ?? tails.#next;
    return tails;
  }

  /** The number of the row that the next commit writes. */
  get next(): number {
    return this.#next;
  }

  async read(conversationId: string, from: number): Promise<readonly TailItem[]> {
    const left = this.#left.get(conversationId);
    this.#left.delete(conversationId);
    if (left !== undefined) return left.filter(({ n }) => n >= from).flatMap(({ items }) => items);
    const items: TailItem[] = [];
    for await (const { value } of this.#store.scan({ prefix: tailPrefix, after: keys.tail(from - 1) }))
      items.push(...((value as unknown as Row)[conversationId] ?? []));
    return items;
  }

  /** The writes for a commit, and what to call when it has landed. */
  stage(shares: readonly TailShare[]): { readonly writes: readonly Write[]; landed(): void } {
    const begun = shares.filter(({ items }) => items.length > 0);
    const settled = shares.filter((share) => share.settled);
    if (begun.length === 0 && settled.length === 0) return { writes: [], landed() {} };
    const row = this.#next;
    const oldest = settled.length === 0 ? this.#oldest : this.#oldestWithout(settled, row);
    const writes: Write[] = [];
    for (let n = this.#oldest; n < oldest; n++) writes.push({ remove: keys.tail(n) });
    if (begun.length > 0) {
      const value: Row = Object.fromEntries(begun.map(({ conversationId, items }) => [conversationId, items]));
      writes.push({ put: keys.tail(row), value: value as unknown as Json });
    }
    return {
      writes,
      landed: () => {
        for (const { conversationId } of settled) this.#first.delete(conversationId);
        for (const { conversationId } of begun) if (!this.#first.has(conversationId)) this.#first.set(conversationId, row);
        this.#oldest = oldest;
        if (begun.length > 0) this.#next = row + 1;
      },
    };
  }

  #oldestWithout(settled: readonly TailShare[], row: number): number {
    const gone = new Set(settled.map(({ conversationId }) => conversationId));
    let oldest = row;
    for (const [id, n] of this.#first) if (n < oldest && !gone.has(id)) oldest = n;
    return oldest;
  }
}
