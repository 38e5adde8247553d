import type { Clock } from "@dispatch/kernel";

export const shelfItemsMax = 16;
export const shelfCharactersMax = 24_000_000;
export const shelfLifeMs = 600_000;

interface Kept<T> {
  readonly item: T;
  readonly keptAt: number;
}

/** Texts that were got a moment ago, so that going on reading one neither asks for it again nor meets another. In memory alone. */
export class Shelf<T extends { readonly text: string }> {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(key: string, item: T): void {
    this.#kept.delete(key);
    this.#kept.set(key, { item, keptAt: this.#clock.monotonic() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= shelfItemsMax && this.#characters() <= shelfCharactersMax) return;
      this.#kept.delete(oldest);
    }
  }

  get(key: string): T | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (this.#clock.monotonic() - kept.keptAt < shelfLifeMs) return kept.item;
    this.#kept.delete(key);
    return undefined;
  }

  #characters(): number {
    return this.#kept.values().reduce((sum, { item }) => sum + item.text.length, 0);
  }
}
