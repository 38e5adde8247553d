import type { Clock } from "@dispatch/kernel";
import type { SettingStore } from "@dispatch/setting-store";
import type { ProviderStatus } from "@dispatch/transport-contract";
import { NoLimit, TooManyProviders } from "./faults.ts";
import { defaultSettings } from "./settings.ts";
import { type SlotSettings, Slots } from "./slots.ts";

/** Providers of which something is set. */
const providersMax = 200;

/** The slots of every provider, and what is set of each. Settings are read once and written through. */
export class ProviderLimits implements Disposable {
  readonly #clock: Clock;
  readonly #store: SettingStore<SlotSettings>;
  readonly #settings: Map<string, SlotSettings>;
  readonly #slots = new Map<string, Slots>();

  static async open(store: SettingStore<SlotSettings>, clock: Clock): Promise<ProviderLimits> {
    return new ProviderLimits(store, clock, new Map((await store.all()).map(({ scope, value }) => [scope, value])));
  }

  private constructor(store: SettingStore<SlotSettings>, clock: Clock, settings: Map<string, SlotSettings>) {
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
  }

  slots(providerId: string): Slots {
    const known = this.#slots.get(providerId);
    if (known !== undefined) return known;
    const slots = new Slots(this.#clock, this.settings(providerId));
    this.#slots.set(providerId, slots);
    return slots;
  }

  settings(providerId: string): SlotSettings {
    return this.#settings.get(providerId) ?? defaultSettings;
  }

  /** By provider id. */
  all(): readonly { readonly providerId: string; readonly limit: number }[] {
    return [...this.#settings]
      .flatMap(([providerId, { limit }]) => (limit === null ? [] : [{ providerId, limit }]))
      .sort((a, b) => (a.providerId < b.providerId ? -1 : 1));
  }

  /** Faults: `concurrency/no-limit` (missing). */
  limit(providerId: string): number {
    const { limit } = this.settings(providerId);
    if (limit === null) throw new NoLimit(providerId);
    return limit;
  }

  /** Faults: `concurrency/too-many-providers` (limited). */
  async change(providerId: string, change: Partial<SlotSettings>): Promise<SlotSettings> {
    if (!this.#settings.has(providerId) && this.#settings.size >= providersMax) throw new TooManyProviders(providersMax);
    const settings = await this.#store.change(providerId, change);
    this.#settings.set(providerId, settings);
    this.#slots.get(providerId)?.configure(settings);
    return settings;
  }

  /** Those that are limited, by a setting or by what they refused, by provider id. */
  status(): readonly ProviderStatus[] {
    const ids = [...new Set([...this.#settings.keys(), ...this.#slots.keys()])].sort();
    return ids.flatMap((providerId) => {
      const { limit, inFlight, queued, pausedUntil, reduction } = this.slots(providerId).status();
      if (limit === undefined) return [];
      const notice = noticeOf(pausedUntil !== undefined, limit, reduction?.from);
      return {
        providerId,
        limit,
        inFlight,
        queued,
        paused: pausedUntil !== undefined,
        ...(pausedUntil === undefined ? {} : { pausedUntil }),
        cooldownMs: this.settings(providerId).cooldownMs,
        autoReduced: reduction !== undefined,
        ...(reduction === undefined ? {} : { autoReducedFrom: reduction.from }),
        ...(notice === "" ? {} : { notice }),
      };
    });
  }

  [Symbol.dispose](): void {
    for (const slots of this.#slots.values()) slots[Symbol.dispose]();
  }
}

function noticeOf(isPaused: boolean, limit: number, from: number | undefined): string {
  const paused = isPaused ? ["The provider said that it is asked too often; nothing is sent to it until the pause is over."] : [];
  const fewer = from === undefined ? [] : [`It refused requests: at most ${limit} at once for now, after ${from}. It recovers by itself.`];
  return [...paused, ...fewer].join(" ");
}
