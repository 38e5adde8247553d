import type { Clock } from "@dispatch/kernel";
import { type Reduction, reduced, risen } from "./reduction.ts";

/** Requests that wait for one provider. */
export const waitingMax = 1_000;
/** After a refusal that names no wait. */
const pauseMs = 1_000;
/** A provider that asks for more is not waited for: what is asked of it meanwhile fails by its own words, as it would when asked again. */
const pauseMsMax = 600_000;

export interface SlotSettings {
  /** Requests at once; `null`: as many as there are. */
  readonly limit: number | null;
  /** Between a slot's release and its next use, while others wait. */
  readonly cooldownMs: number;
}

/** The right to have one request in flight. */
export interface Slot {
  /** The request is over. Later calls do nothing. */
  release(): void;
  /** The provider said that it is asked too often, and perhaps for how long it wants to be left alone. */
  refused(retryAfterMs?: number): void;
}

export interface SlotStatus {
  /** As it is now; absent: none is set, and nothing was refused lately. */
  readonly limit?: number;
  readonly inFlight: number;
  readonly queued: number;
  /** Epoch milliseconds. */
  readonly pausedUntil?: number;
  readonly reduction?: Reduction;
}

/** The slots of one provider. Who comes first is served first; a request that is refused makes the others wait and fewer of them go at once. */
export class Slots implements Disposable {
  readonly #clock: Clock;
  #settings: SlotSettings;
  #inFlight = 0;
  /** When each slot that was released while others waited may be used again. */
  #cooling: readonly number[] = [];
  #reduction: Reduction | undefined;
  /** How often it was reduced. What was sent before the last time says nothing new when it is refused too. */
  #reductions = 0;
  #pausedUntil: number | undefined;
  readonly #waiting = new Set<(slot: Slot | undefined) => void>();
  #alarm: { readonly at: number; readonly stop: AbortController } | undefined;
  #isOver = false;

  constructor(clock: Clock, settings: SlotSettings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  get isFull(): boolean {
    return this.#waiting.size >= waitingMax;
  }

  /** `undefined`: it has to wait. */
  take(): Slot | undefined {
    this.#pass();
    return this.#waiting.size === 0 && this.#hasRoom() ? this.#give() : undefined;
  }

  /** Resolves with `undefined` when the signal aborts, or the slots end, first. Never rejects. */
  wait(signal: AbortSignal): Promise<Slot | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const enter = (slot: Slot | undefined) => {
        signal.removeEventListener("abort", leave);
        resolve(slot);
      };
      const leave = () => {
        this.#waiting.delete(enter);
        this.#serve();
        enter(undefined);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.add(enter);
      this.#serve();
    });
  }

  /** A limit that somebody sets is the whole limit, whatever was refused before. */
  configure(settings: SlotSettings): void {
    if (settings.limit !== this.#settings.limit) this.#reduction = undefined;
    this.#settings = settings;
    this.#serve();
  }

  status(): SlotStatus {
    const now = this.#pass();
    const limit = this.#limit();
    return {
      ...(limit === Infinity ? {} : { limit }),
      inFlight: this.#inFlight,
      queued: this.#waiting.size,
      ...(this.#pausedUntil === undefined ? {} : { pausedUntil: Math.round(this.#clock.now() + this.#pausedUntil - now) }),
      ...(this.#reduction === undefined ? {} : { reduction: this.#reduction }),
    };
  }

  /** Who waits is sent away, because it would ask a provider just when the server leaves; nobody who comes later is limited. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const enter of this.#waiting) enter(undefined);
    this.#waiting.clear();
    this.#pausedUntil = undefined;
    this.configure({ limit: null, cooldownMs: 0 });
  }

  #limit(): number {
    return this.#reduction?.to ?? this.#settings.limit ?? Infinity;
  }

  #hasRoom(): boolean {
    return this.#pausedUntil === undefined && this.#inFlight + this.#cooling.length < this.#limit();
  }

  #give(): Slot {
    this.#inFlight += 1;
    const reductions = this.#reductions;
    let isOver = false;
    return {
      release: () => {
        if (isOver) return;
        isOver = true;
        this.#inFlight -= 1;
        const { cooldownMs } = this.#settings;
        const cools = cooldownMs > 0 && this.#limit() !== Infinity;
        if (cools) this.#cooling = [...this.#cooling, this.#clock.monotonic() + cooldownMs];
        this.#serve();
      },
      refused: (retryAfterMs) => this.#refuse(reductions === this.#reductions, retryAfterMs ?? pauseMs),
    };
  }

  #refuse(isNews: boolean, waitMs: number): void {
    if (this.#isOver) return;
    const now = this.#pass();
    const until = waitMs > pauseMsMax ? now : now + waitMs;
    if (until > Math.max(now, this.#pausedUntil ?? 0)) this.#pausedUntil = until;
    const before = this.#reduction;
    const { limit } = this.#settings;
    const after = reduced(before, limit ?? this.#inFlight, until);
    if (!isNews && before !== undefined) this.#reduction = { ...before, riseAt: Math.max(before.riseAt, after.riseAt) };
    if (!isNews) return;
    this.#reductions += 1;
    // A limit of one cannot be halved; the pause is all there is.
    if (limit === null || after.to < limit) this.#reduction = after;
  }

  /** Hands out what there is, first come, first served, and sees to it that the rest is served when time makes room. */
  #serve(): void {
    const now = this.#pass();
    for (const enter of this.#waiting) {
      if (!this.#hasRoom()) break;
      this.#waiting.delete(enter);
      enter(this.#give());
    }
    // A slot rests for those who wait, and for nobody else.
    if (this.#waiting.size === 0) this.#cooling = [];
    this.#setAlarm(now);
  }

  /** Lets time have its effect. Gives the time. */
  #pass(): number {
    const now = this.#clock.monotonic();
    if (this.#pausedUntil !== undefined && this.#pausedUntil <= now) this.#pausedUntil = undefined;
    if (this.#cooling.length > 0) this.#cooling = this.#cooling.filter((at) => at > now);
    if (this.#reduction !== undefined) this.#reduction = risen(this.#reduction, now);
    return now;
  }

  /** One sleeper, and only while somebody waits. */
  #setAlarm(now: number): void {
    const changes = [...this.#cooling, this.#pausedUntil ?? Infinity, this.#reduction?.riseAt ?? Infinity];
    const at = this.#waiting.size === 0 ? Infinity : Math.min(...changes);
    if (at === (this.#alarm?.at ?? Infinity)) return;
    this.#alarm?.stop.abort();
    this.#alarm = undefined;
    if (at === Infinity) return;
    const stop = new AbortController();
    this.#alarm = { at, stop };
    void this.#clock.sleep(at - now, stop.signal).then(() => {
      if (stop.signal.aborted) return;
      this.#alarm = undefined;
      this.#serve();
    });
  }
}
