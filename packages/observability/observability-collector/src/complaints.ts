import type { Clock } from "@dispatch/kernel";

const toldMax = 3;
const windowMs = 60_000;

/** Tells what goes wrong, each kind of it a few times a minute: a journal full of nonsense must not fill another log. */
export class Complaints {
  readonly #complain: (text: string) => void;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, { readonly since: number; readonly count: number }>();

  constructor(complain: (text: string) => void, clock: Clock) {
    this.#complain = complain;
    this.#clock = clock;
  }

  tell(kind: string, text: string): void {
    const now = this.#clock.monotonic();
    const before = this.#kinds.get(kind) ?? { since: now, count: 0 };
    const over = now - before.since >= windowMs;
    const { since, count } = over ? { since: now, count: 0 } : before;
    this.#kinds.set(kind, { since, count: count + 1 });
    if (count >= toldMax) return;
    const kept = over ? before.count - toldMax : 0;
    this.#complain(kept > 0 ? `${text} (and ${kept} more like it before)` : text);
  }
}
