import type { SharedEvent, TurnWatch } from "./contract.ts";
import { TooSlow } from "./faults.ts";
import { foldReplay } from "./fold-replay.ts";

/** How far a watcher may lie behind before it is cut off, and how much of a turn is kept event by event for those who join late. */
export const watcherEventsMax = 100_000;
export const watcherCharsMax = 32 * 1024 * 1024;
const replayEventsMax = 50_000;
const replayCharsMax = 8 * 1024 * 1024;
const mergedEventsMax = 1_000;

/** Batches form a list that only ever grows at its end: a watcher is a place in it, and what nobody needs is garbage. */
interface Batch {
  readonly events: readonly SharedEvent[];
  /** How much was handed on, this batch included. */
  readonly upTo: Amount;
  next?: Batch;
}

interface Amount {
  readonly events: number;
  readonly chars: number;
}

/** Fans one conversation's events out. A late joiner gets the turn so far, then live, without gap or duplicate. */
export class Hub {
  #last: Batch = { events: [], upTo: { events: 0, chars: 0 } };
  /** The batch before the running turn's first; between turns the last one, so that there is nothing to replay. */
  #head: Batch = this.#last;
  #foldAt = plus(this.#last.upTo, replayMax);
  readonly #watches = new Set<Watch>();

  get watchers(): number {
    return this.#watches.size;
  }

  push(events: readonly SharedEvent[]): void {
    const start = events.findIndex(({ event }) => event.type === "user-message");
    if (start === -1) {
      this.#link(events);
    } else {
      if (start > 0) this.#link(events.slice(0, start));
      this.#head = this.#last;
      this.#foldAt = plus(this.#last.upTo, replayMax);
      this.#link(start > 0 ? events.slice(start) : events);
    }
    for (const watch of this.#watches) watch.wake();
  }

  /** From the running turn's beginning, or from now. With `untilSealed` it ends with that turn. */
  watch(untilSealed = false): TurnWatch {
    const watch: Watch = new Watch(this.#head, untilSealed, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }

  #link(events: readonly SharedEvent[]): void {
    const batch: Batch = { events, upTo: plus(this.#last.upTo, amountOf(events)) };
    this.#last.next = batch;
    this.#last = batch;
    if (events.at(-1)?.event.type === "turn-sealed") {
      this.#head = batch;
      this.#cutOffTheSlow();
    } else if (isBeyond(batch.upTo, this.#foldAt)) this.#fold();
  }

  /** Keeps a long turn's replay small. Watchers that are under way keep the batches they are at. */
  #fold(): void {
    const events = foldReplay(eventsAfter(this.#head));
    const size = amountOf(events);
    const folded: Batch = { events, upTo: this.#last.upTo };
    // Those who wait at the old end must see what comes next, so the old end points to where the new one will.
    const end: Batch = { events: [], upTo: this.#last.upTo };
    folded.next = end;
    this.#last.next = end;
    this.#last = end;
    this.#head = { events: [], upTo: minus(this.#last.upTo, size), next: folded };
    this.#foldAt = plus(this.#last.upTo, { events: Math.max(replayEventsMax, size.events), chars: Math.max(replayCharsMax, size.chars) });
    this.#cutOffTheSlow();
  }

  #cutOffTheSlow(): void {
    const limit = minus(this.#last.upTo, { events: watcherEventsMax, chars: watcherCharsMax });
    for (const watch of this.#watches) watch.cutOffBefore(limit);
  }
}

const replayMax: Amount = { events: replayEventsMax, chars: replayCharsMax };

const amountOf = (events: readonly SharedEvent[]): Amount => ({
  events: events.length,
  chars: events.reduce((sum, { json }) => sum + json.length, 0),
});
const plus = (a: Amount, b: Amount): Amount => ({ events: a.events + b.events, chars: a.chars + b.chars });
const minus = (a: Amount, b: Amount): Amount => ({ events: a.events - b.events, chars: a.chars - b.chars });
const isBeyond = (a: Amount, limit: Amount): boolean => a.events > limit.events || a.chars > limit.chars;

function* eventsAfter(batch: Batch): Generator<SharedEvent> {
  for (let next = batch.next; next !== undefined; next = next.next) yield* next.events;
}

/** For one consumer: `next` is not called again before it has answered. */
class Watch implements TurnWatch, AsyncIterator<readonly SharedEvent[]> {
  #at: Batch | undefined;
  readonly #untilSealed: boolean;
  readonly #leave: () => void;
  #cutOff = false;
  #waiting: { resolve(result: IteratorResult<readonly SharedEvent[]>): void; reject(fault: unknown): void } | undefined;

  constructor(at: Batch, untilSealed: boolean, leave: () => void) {
    this.#at = at;
    this.#untilSealed = untilSealed;
    this.#leave = leave;
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly SharedEvent[]> {
    return this;
  }

  next(): Promise<IteratorResult<readonly SharedEvent[]>> {
    if (this.#cutOff) return Promise.reject(new TooSlow());
    const events = this.#take();
    if (events !== undefined) return Promise.resolve({ done: false, value: events });
    if (this.#at === undefined) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<readonly SharedEvent[]>> {
    this[Symbol.dispose]();
    return Promise.resolve({ done: true, value: undefined });
  }

  wake(): void {
    if (this.#waiting === undefined) return;
    const events = this.#take();
    if (events === undefined) return;
    this.#waiting.resolve({ done: false, value: events });
    this.#waiting = undefined;
  }

  cutOffBefore(limit: Amount): void {
    if (this.#at === undefined || !isBeyond(limit, this.#at.upTo)) return;
    this.#cutOff = true;
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#at = undefined;
    this.#leave();
    if (this.#cutOff) this.#waiting?.reject(new TooSlow());
    else this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  /** What lies ready, of one turn at most: a reader that fell behind catches up in larger pieces. */
  #take(): readonly SharedEvent[] | undefined {
    let taken: readonly SharedEvent[] = [];
    let merged: SharedEvent[] | undefined;
    while (this.#at?.next !== undefined && taken.length < mergedEventsMax) {
      this.#at = this.#at.next;
      const { events } = this.#at;
      if (events.length === 0) continue;
      if (taken.length === 0) {
        taken = events;
      } else {
        merged ??= [...taken];
        merged.push(...events);
        taken = merged;
      }
      if (events.at(-1)?.event.type !== "turn-sealed") continue;
      if (this.#untilSealed) {
        this.#at = undefined;
        this.#leave();
      }
      break;
    }
    return taken.length === 0 ? undefined : taken;
  }
}
