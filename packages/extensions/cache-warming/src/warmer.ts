import type { ChangeFeed } from "@dispatch/change-feed";
import type { ConversationLog, ConversationRecord } from "@dispatch/conversation-store/contract";
import { asFault, type Clock, type Fault, fault, type Log } from "@dispatch/kernel";
import type { Conversations } from "@dispatch/session-orchestrator/contract";
import type { WarmResult } from "@dispatch/transport-contract";
import { Refused, TooManyWarm } from "./faults.ts";
import type { WarmSettings } from "./settings.ts";
import { NothingToWarm, type WarmWish, warmRequest } from "./warm-request.ts";
import { warmResult } from "./warm-result.ts";
import { cold, nextWarmth, restored, type WarmEvent, type Warmth } from "./warmth.ts";

/** Conversations that are kept warm. */
const enabledMax = 1_000;
/** Conversations of which is remembered how they stand. */
const knownMax = 2_000;
/** Scheduled requests at once; the others wait until one is done. */
const warmingMax = 4;
const requestTimeoutMs = 120_000;

export interface WarmerPorts {
  readonly conversations: Pick<Conversations, "isActive" | "nextRequest">;
  readonly log: Pick<ConversationLog, "record">;
  readonly settings: WarmSettings;
  readonly clock: Clock;
  readonly journal: Log;
  readonly changed: ChangeFeed;
  readonly idleRoundsMax: number;
}

interface Kept {
  warmth: Warmth;
  alarm?: { readonly at: number; readonly stop: AbortController };
  /** Aborts with the fault that says why. */
  request?: AbortController;
}

/** Asks, now and then, what a conversation's next turn will ask, so that the provider keeps it in its cache. Never while a turn runs. */
export class Warmer implements Disposable {
  readonly #ports: WarmerPorts;
  readonly #kept = new Map<string, Kept>();
  /** Whose time has come, and who waits for others to be done. */
  readonly #due = new Set<string>();
  #warming = 0;
  /** Settings change one after another. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(ports: WarmerPorts) {
    this.#ports = ports;
  }

  /** Takes up every conversation that was to be kept warm. */
  async restore(): Promise<void> {
    const { settings, log } = this.#ports;
    for (const { scope: id, value } of await settings.enabled.all()) {
      const record = await log.record(id);
      if (!value.isEnabled || record?.status === "closed") continue;
      const { intervalMs } = await settings.interval.get(id);
      this.#keep(id, restored(intervalMs, record?.lastActivityAt, this.#moment()));
    }
  }

  async warmth(id: string): Promise<Warmth> {
    return this.#kept.get(id)?.warmth ?? cold((await this.#ports.settings.interval.get(id)).intervalMs);
  }

  /** Faults: `cache-warming/too-many` (limited). */
  toggle(id: string): Promise<void> {
    return this.#change(async () => {
      const isEnabled = !(await this.warmth(id)).isEnabled;
      if (isEnabled) this.#requireRoom();
      const record = isEnabled ? await this.#ports.log.record(id) : undefined;
      await this.#store(id, isEnabled);
      await this.#know(id);
      if (!isEnabled) this.#kept.get(id)?.request?.abort(new Refused("Warming was switched off."));
      this.#happen(id, isEnabled ? { type: "enabled", canWarm: this.#canWarm(id, record) } : { type: "disabled" });
    });
  }

  setInterval(id: string, intervalMs: number): Promise<void> {
    return this.#change(async () => {
      await this.#ports.settings.interval.change(id, { intervalMs });
      await this.#know(id);
      this.#happen(id, { type: "interval-set", intervalMs });
    });
  }

  turnStarted(id: string): void {
    this.#kept.get(id)?.request?.abort(new Refused("A turn has started; it warms the cache itself."));
    this.#happen(id, { type: "turn-started" });
  }

  turnSettled(id: string): void {
    this.#happen(id, { type: "turn-settled" });
  }

  /** Switched off for good: a turn that opens the conversation again does not switch it on. */
  closed(id: string): Promise<void> {
    this.#kept.get(id)?.request?.abort(new Refused("The conversation was closed."));
    this.#happen(id, { type: "closed" });
    return this.#change(async () => {
      await this.#store(id, false);
      if (this.#kept.get(id)?.warmth.isEnabled === true) this.#happen(id, { type: "closed" });
    });
  }

  /** Nothing of it stays, as if it had never been warmed. */
  forget(id: string): Promise<void> {
    return this.#change(async () => {
      await this.#store(id, false);
      await this.#ports.settings.interval.clear(id);
      this.#kept.get(id)?.alarm?.stop.abort();
      this.#kept.delete(id);
      this.#due.delete(id);
    });
  }

  /**
   * A request that a person asked for. Faults: `cache-warming/refused` (conflict) while a turn or another warm request runs and when there is nothing to warm;
   * those of a turn that cannot begin, and the provider's own.
   */
  async warm(id: string, wish: WarmWish): Promise<WarmResult> {
    if ((await this.#ports.log.record(id)) === undefined) throw new NothingToWarm();
    await this.#know(id);
    return this.#warm(id, wish, false);
  }

  [Symbol.dispose](): void {
    for (const { alarm, request } of this.#kept.values()) {
      alarm?.stop.abort();
      request?.abort(new Refused("The server is leaving."));
    }
    this.#kept.clear();
    this.#due.clear();
  }

  async #warm(id: string, wish: WarmWish, isScheduled: boolean): Promise<WarmResult> {
    const kept = this.#kept.get(id);
    if (kept === undefined || this.#ports.conversations.isActive(id)) throw new Refused("A turn is running. Wait for its end.");
    if (kept.request !== undefined) throw new Refused("This conversation is being warmed already.");
    const request = new AbortController();
    kept.request = request;
    this.#happen(id, { type: "warming" });
    const done = new AbortController();
    void this.#ports.clock.sleep(requestTimeoutMs, done.signal).then(() => done.signal.aborted || request.abort(timedOut()));
    try {
      const result = warmResult(await warmRequest(this.#ports.conversations, id, wish, request.signal));
      this.#happen(id, { type: "warmed", isScheduled, result });
      this.#ports.journal.info("warmed", { conversationId: id, isScheduled, ...result });
      return result;
    } catch (thrown) {
      this.#failed(id, asFault(thrown, "cache-warming/defect"), isScheduled);
      throw thrown;
    } finally {
      done.abort();
      delete kept.request;
    }
  }

  /** What stopped it has told its effect itself. */
  #failed(id: string, why: Fault, isScheduled: boolean): void {
    if (why instanceof NothingToWarm) this.#happen(id, { type: "nothing-to-warm" });
    if (why instanceof Refused) return;
    const { message } = why;
    this.#ports.journal.warn("warming-failed", { conversationId: id, isScheduled, code: why.code, error: message });
    const retryAfterMs = typeof why.data.retryAfterMs === "number" ? why.data.retryAfterMs : 0;
    this.#happen(id, { type: "failed", isScheduled, message, retryAfterMs });
    if (this.#kept.get(id)?.warmth.isEnabled === true || !isScheduled) return;
    this.#change(() => this.#store(id, false)).catch((thrown: unknown) => {
      this.#ports.journal.error("warming-not-stored", { conversationId: id, error: asFault(thrown).message });
    });
  }

  /** Never rejects. */
  async #round(id: string): Promise<void> {
    if (this.#warming >= warmingMax) return void this.#due.add(id);
    this.#warming += 1;
    await this.#warm(id, {}, true).catch(() => {});
    this.#warming -= 1;
    for (const next of this.#due) {
      this.#due.delete(next);
      return this.#round(next);
    }
  }

  /** The one place where how it stands changes. Every event is told, also of a conversation that nobody keeps warm. */
  #happen(id: string, event: WarmEvent): void {
    const kept = this.#kept.get(id);
    if (kept !== undefined) {
      kept.warmth = nextWarmth(kept.warmth, event, this.#moment());
      if (kept.warmth.nextWarmAt === null && event.type !== "warming") this.#due.delete(id);
      this.#setAlarm(id, kept);
    }
    this.#ports.changed.emit(id);
  }

  #setAlarm(id: string, kept: Kept): void {
    const at = kept.warmth.nextWarmAt;
    if (kept.alarm?.at === at) return;
    kept.alarm?.stop.abort();
    delete kept.alarm;
    if (at === null) return;
    const { clock } = this.#ports;
    const stop = new AbortController();
    kept.alarm = { at, stop };
    void clock.sleep(at - clock.now(), stop.signal).then(() => {
      if (stop.signal.aborted) return;
      delete kept.alarm;
      return this.#round(id);
    });
  }

  async #know(id: string): Promise<void> {
    const warmth = await this.warmth(id);
    if (!this.#kept.has(id)) this.#keep(id, warmth);
  }

  #keep(id: string, warmth: Warmth): void {
    const kept: Kept = { warmth };
    this.#kept.set(id, kept);
    this.#setAlarm(id, kept);
    if (this.#kept.size <= knownMax) return;
    for (const [other, { warmth, request }] of this.#kept) {
      if (other === id || warmth.isEnabled || request !== undefined) continue;
      this.#kept.delete(other);
      return;
    }
  }

  #canWarm(id: string, record: ConversationRecord | undefined): boolean {
    return record !== undefined && !this.#ports.conversations.isActive(id);
  }

  #requireRoom(): void {
    const enabled = [...this.#kept.values()].filter(({ warmth }) => warmth.isEnabled).length;
    if (enabled >= enabledMax) throw new TooManyWarm(enabledMax);
  }

  async #store(id: string, isEnabled: boolean): Promise<void> {
    const { enabled } = this.#ports.settings;
    await (isEnabled ? enabled.change(id, { isEnabled }) : enabled.clear(id));
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changes.then(work);
    this.#changes = done.catch(() => {});
    return done;
  }

  #moment() {
    return { now: this.#ports.clock.now(), idleRoundsMax: this.#ports.idleRoundsMax };
  }
}

const timedOut = () =>
  fault("unavailable", "cache-warming/timeout", `The model had not answered the warm request after ${requestTimeoutMs / 1000} seconds.`);
