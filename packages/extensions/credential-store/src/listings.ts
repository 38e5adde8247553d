import type { Clock, ModelCard, Provider } from "@dispatch/kernel";

export type Listing = { readonly cards: readonly ModelCard[] } | { readonly failure: unknown };

/**
 * What each provider last said of its models. An answer is kept for `freshMs`, a failure for `brokenMs`; whoever asks meanwhile gets that, and
 * whoever asks while a provider is being asked waits for the same answer. One caller's leaving ends nobody's list.
 */
export class Listings {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #entries = new WeakMap<Provider, Entry>();

  /** The signal ends every asking. */
  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Never rejects, and settles within `listTimeoutMs` whatever the provider does. */
  of(provider: Provider): Promise<Listing> {
    const entry = this.#entries.get(provider);
    if (entry !== undefined && this.#clock.monotonic() < entry.until) return entry.listing;
    const asked: Entry = { listing: this.#ask(provider), until: Number.POSITIVE_INFINITY };
    this.#entries.set(provider, asked);
    void asked.listing.then((listing) => {
      asked.until = this.#clock.monotonic() + ("cards" in listing ? freshMs : brokenMs);
    });
    return asked.listing;
  }

  async #ask(provider: Provider): Promise<Listing> {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, this.#signal]);
    const late = this.#clock
      .sleep(listTimeoutMs, signal)
      .then(() => ({ failure: new Error(`No list within ${listTimeoutMs / 1_000} s.`) }));
    try {
      return await Promise.race([provider.listModels(signal).then((cards) => ({ cards })), late]);
    } catch (failure) {
      return { failure };
    } finally {
      end.abort();
    }
  }
}

interface Entry {
  readonly listing: Promise<Listing>;
  /** In monotonic time; without end while the provider is asked. */
  until: number;
}

export const listTimeoutMs = 5_000;
export const freshMs = 30_000;
export const brokenMs = 5_000;
