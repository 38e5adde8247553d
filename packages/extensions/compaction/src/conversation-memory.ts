import type { Json, Store } from "@dispatch/kernel";
import type { SettingStore } from "@dispatch/setting-store";
import type { z } from "zod";
import type { percentSetting } from "./setting.ts";
import { type Marks, noMarks } from "./shape-view.ts";
import { charsPerTokenDefault } from "./token-rate.ts";

/** What is known of a conversation beside its log. What is lost with the process is only worth a better estimate, or another attempt. */
export interface Known {
  marks: Marks;
  percent: number;
  /** As the provider last counted. */
  charsPerToken: number;
  /** System prompt and tools, as they were when something was last compacted. */
  fixedChars: number;
  /** What the last step's request began with: a count of another view says nothing about this one. */
  asked?: { readonly firstId: string | undefined; readonly marks: Marks };
  /** The turn in which compacting failed: it is not tried again before the next. */
  failedTurn?: string;
}

/** Conversations that stay in memory. */
const knownMax = 512;
/** Older ones are shown again when there are more. */
const prunedMax = 5_000;

/** Reads the store once a conversation, and keeps what it read for those used last. */
export class ConversationMemory {
  readonly #store: Store;
  readonly #percents: SettingStore<z.infer<typeof percentSetting>>;
  /** Least recently used first. */
  readonly #known = new Map<string, Promise<Known>>();

  constructor(store: Store, percents: SettingStore<z.infer<typeof percentSetting>>) {
    this.#store = store;
    this.#percents = percents;
  }

  of(conversationId: string): Promise<Known> {
    const known = this.#known.get(conversationId) ?? this.#load(conversationId);
    this.#known.delete(conversationId);
    this.#known.set(conversationId, known);
    for (const oldest of this.#known.keys()) if (this.#known.size > knownMax) this.#known.delete(oldest);
    return known;
  }

  /** Resolves once they are stored, and only then they show. */
  async mark(conversationId: string, marks: Marks): Promise<Marks> {
    const bounded = { ...marks, pruned: marks.pruned.slice(-prunedMax) };
    const isEmpty = bounded.pruned.length === 0 && bounded.carried.length === 0;
    const key = marksKey(conversationId);
    await this.#store.commit([isEmpty ? { remove: key } : { put: key, value: bounded as unknown as Json }]);
    (await this.of(conversationId)).marks = bounded;
    return bounded;
  }

  async setPercent(conversationId: string, threshold: number): Promise<number> {
    const { threshold: percent } = await this.#percents.change(conversationId, { threshold: Math.floor(threshold) });
    (await this.of(conversationId)).percent = percent;
    return percent;
  }

  async forget(conversationId: string): Promise<void> {
    await this.#store.commit([{ remove: marksKey(conversationId) }]);
    await this.#percents.clear(conversationId);
    this.#known.delete(conversationId);
  }

  #load(conversationId: string): Promise<Known> {
    const loaded = this.#read(conversationId);
    // What failed is read again with the next call.
    loaded.catch(() => this.#known.get(conversationId) === loaded && this.#known.delete(conversationId));
    return loaded;
  }

  async #read(conversationId: string): Promise<Known> {
    const [marks, { threshold }] = await Promise.all([this.#store.get(marksKey(conversationId)), this.#percents.get(conversationId)]);
    return {
      marks: (marks as unknown as Marks | undefined) ?? noMarks,
      percent: threshold,
      charsPerToken: charsPerTokenDefault,
      fixedChars: 0,
    };
  }
}

const marksKey = (conversationId: string): string => `marks/${conversationId}`;
