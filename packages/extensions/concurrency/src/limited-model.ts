import type { Model, ModelError, ModelPart } from "@dispatch/kernel";
import { type Slot, type Slots, waitingMax } from "./slots.ts";

/**
 * The same model, asked only while it holds a slot of its provider. `waiting` hears `true` when a request begins to wait and `false`, always,
 * when it no longer does.
 */
export function limitedModel(model: Model, slots: Slots, waiting: (is: boolean) => void): Model {
  return {
    ...model,
    name: model.name,
    stream: (request, signal) => ({
      [Symbol.asyncIterator]: () =>
        new SlottedStream({ open: (until) => model.stream(request, until)[Symbol.asyncIterator](), slots, signal, waiting }),
    }),
  };
}

interface Parts {
  open(signal: AbortSignal): AsyncIterator<ModelPart>;
  readonly slots: Slots;
  readonly signal: AbortSignal;
  waiting(is: boolean): void;
}

type Step = IteratorResult<ModelPart, undefined>;

/**
 * One request. It gives the model's own promises on, so that a part costs no further hop. The slot goes back with the last part, with the
 * signal, or when the consumer leaves: whatever comes first, and whether or not the model notices.
 */
class SlottedStream implements AsyncIterator<ModelPart, undefined> {
  readonly #of: Parts;
  /** Ends the wait, where there is one. */
  #left: AbortController | undefined;
  #parts: AsyncIterator<ModelPart> | undefined;
  #slot: Slot | undefined;
  #isOver = false;

  constructor(of: Parts) {
    this.#of = of;
  }

  next(): Promise<Step> {
    if (this.#parts !== undefined) return this.#pull();
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    const { slots, signal } = this.#of;
    if (signal.aborted) return Promise.resolve(this.#refuse(stopped));
    const slot = slots.take();
    return slot === undefined ? this.#wait() : this.#begin(slot);
  }

  async return(): Promise<Step> {
    this.#isOver = true;
    this.#left?.abort();
    this.#release();
    await this.#parts?.return?.();
    return { done: true, value: undefined };
  }

  async #wait(): Promise<Step> {
    const { slots, signal, waiting } = this.#of;
    if (slots.isFull) return this.#refuse(full);
    const left = new AbortController();
    const leave = () => left.abort();
    this.#left = left;
    signal.addEventListener("abort", leave, { once: true });
    waiting(true);
    const slot = await slots.wait(left.signal);
    signal.removeEventListener("abort", leave);
    waiting(false);
    if (slot !== undefined && !left.signal.aborted) return this.#begin(slot);
    slot?.release();
    if (this.#isOver) return { done: true, value: undefined };
    return this.#refuse(left.signal.aborted ? stopped : ended);
  }

  #begin(slot: Slot): Promise<Step> {
    this.#slot = slot;
    this.#of.signal.addEventListener("abort", this.#release, { once: true });
    return this.#pull();
  }

  #pull(): Promise<Step> {
    try {
      this.#parts ??= this.#of.open(this.#of.signal);
      const step = this.#parts.next() as Promise<Step>;
      if (this.#slot !== undefined) step.then(this.#see, this.#release);
      return step;
    } catch (thrown) {
      this.#release();
      throw thrown;
    }
  }

  readonly #see = ({ done, value: part }: Step): void => {
    if (part?.type === "error" && part.kind === "limited") this.#slot?.refused(part.retryAfterMs);
    if (done || part?.type === "error" || part?.type === "finish") this.#release();
  };

  readonly #release = (): void => {
    this.#of.signal.removeEventListener("abort", this.#release);
    this.#slot?.release();
    this.#slot = undefined;
  };

  #refuse(error: ModelError): Step {
    this.#isOver = true;
    return { done: false, value: error };
  }
}

const stopped: ModelError = {
  type: "error",
  kind: "cancelled",
  code: "concurrency/stopped",
  message: "The request was stopped before the provider was asked.",
};

const ended: ModelError = {
  type: "error",
  kind: "unavailable",
  code: "concurrency/ended",
  message: "The provider was not asked, because its limits are no longer kept. Try again.",
};

const full: ModelError = {
  type: "error",
  kind: "limited",
  code: "concurrency/queue-full",
  message: `${waitingMax} requests wait for this provider already. Wait until some are done, or raise its limit.`,
};
