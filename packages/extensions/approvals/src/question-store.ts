import type { Json, Store, Write } from "@dispatch/kernel";
import type { Approval, ApprovalStatus } from "@dispatch/wire";
import { asJson, fromJson, type StoredQuestion } from "./stored-question.ts";

/** Of those that are settled; the oldest go first. */
export const settledMax = 1_000;
export const listedMax = 200;

const openPrefix = "open/";
const settledPrefix = "settled/";
/** Settled ones in the order of their questions; the value names the conversation. */
const orderPrefix = "order/";

/**
 * Questions on disk. Open: somebody may still answer, or the asker has not been told the answer. Settled: kept for people to look at. Every step is one
 * commit, which is refused when the question is not as it was.
 */
export class QuestionStore {
  readonly #store: Store;
  /** Keys of the order, oldest first; read when the first one settles. */
  #order: string[] | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async open(): Promise<readonly StoredQuestion[]> {
    const found: StoredQuestion[] = [];
    for await (const { value } of this.#store.scan({ prefix: openPrefix })) found.push(fromJson(value));
    return found.sort((a, b) => a.approval.askedAt - b.approval.askedAt);
  }

  async put(stored: StoredQuestion): Promise<void> {
    await this.#store.commit([
      { check: openPrefix + stored.approval.id, is: undefined },
      { put: openPrefix + stored.approval.id, value: asJson(stored) },
    ]);
  }

  async change(before: StoredQuestion, after: StoredQuestion): Promise<void> {
    const key = openPrefix + before.approval.id;
    await this.#store.commit([
      { check: key, is: asJson(before) },
      { put: key, value: asJson(after) },
    ]);
  }

  async settle(before: StoredQuestion, after: StoredQuestion): Promise<void> {
    const { id, askedAt, conversationId } = after.approval;
    const order = await this.#loadOrder();
    const key = `${orderPrefix}${askedAt.toString().padStart(16, "0")} ${id}`;
    const spare = order.slice(0, Math.max(0, order.length + 1 - settledMax));
    await this.#store.commit([
      { check: openPrefix + id, is: asJson(before) },
      { remove: openPrefix + id },
      { put: settledPrefix + id, value: asJson(after) },
      { put: key, value: conversationId },
      ...spare.flatMap(removal),
    ]);
    order.splice(0, spare.length);
    order.push(key);
  }

  /** As it stands on disk, where that may not be what was expected: a commit that failed may have landed. */
  async current(id: string): Promise<{ readonly stored: StoredQuestion; readonly isOpen: boolean } | undefined> {
    const open = await this.#store.get(openPrefix + id);
    const value = open ?? (await this.#store.get(settledPrefix + id));
    return value === undefined ? undefined : { stored: fromJson(value), isOpen: open !== undefined };
  }

  async settled(id: string): Promise<Approval | undefined> {
    const value = await this.#store.get(settledPrefix + id);
    return value === undefined ? undefined : fromJson(value).approval;
  }

  /** Newest first. */
  async listSettled(status: ApprovalStatus, conversationId: string | undefined): Promise<readonly Approval[]> {
    const found: Approval[] = [];
    for await (const { key, value } of this.#store.scan({ prefix: orderPrefix, order: "descending" })) {
      if (conversationId !== undefined && value !== conversationId) continue;
      const approval = await this.settled(idOf(key));
      if (approval?.status === status) found.push(approval);
      if (found.length === listedMax) break;
    }
    return found;
  }

  async forget(conversationId: string): Promise<void> {
    const keys: string[] = [];
    for await (const { key, value } of this.#store.scan({ prefix: orderPrefix }))
      if (value === (conversationId satisfies Json)) keys.push(key);
    if (keys.length === 0) return;
    await this.#store.commit(keys.flatMap(removal));
    this.#order = undefined;
  }

  async #loadOrder(): Promise<string[]> {
    if (this.#order !== undefined) return this.#order;
    const keys: string[] = [];
    for await (const { key } of this.#store.scan({ prefix: orderPrefix })) keys.push(key);
    this.#order ??= keys;
    return this.#order;
  }
}

const idOf = (orderKey: string): string => orderKey.slice(orderKey.lastIndexOf(" ") + 1);
const removal = (orderKey: string): readonly Write[] => [{ remove: orderKey }, { remove: settledPrefix + idOf(orderKey) }];
