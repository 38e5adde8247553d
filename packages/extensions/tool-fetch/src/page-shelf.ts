import type { Clock } from "@dispatch/kernel";
import type { Page } from "./fetch-page.ts";

const pagesMax = 16;
const charactersMax = 8_000_000;
const lifeMs = 600_000;

interface Kept {
  readonly page: Page;
  readonly keptAt: number;
}

/** Pages that were fetched a moment ago, so that going on reading one neither asks for it again nor meets another text. In memory alone. */
export class PageShelf {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(url: string, page: Page): void {
    this.#kept.delete(url);
    this.#kept.set(url, { page, keptAt: this.#clock.monotonic() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= pagesMax && this.#characters() <= charactersMax) return;
      this.#kept.delete(oldest);
    }
  }

  get(url: string): Page | undefined {
    const kept = this.#kept.get(url);
    if (kept === undefined) return undefined;
    if (this.#clock.monotonic() - kept.keptAt < lifeMs) return kept.page;
    this.#kept.delete(url);
    return undefined;
  }

  #characters(): number {
    return this.#kept.values().reduce((sum, { page }) => sum + page.text.length, 0);
  }
}
