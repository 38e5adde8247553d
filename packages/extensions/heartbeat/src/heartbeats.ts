import type { ConversationLog } from "@dispatch/conversation-store/contract";
import { asFault, type Clock, type Json, type Log, type Store, type Write } from "@dispatch/kernel";
import type { Conversations } from "@dispatch/session-orchestrator/contract";
import type { SettingStore } from "@dispatch/setting-store";
import type { HeartbeatConfig, HeartbeatRun } from "@dispatch/wire";
import { NoTask, UnknownRun } from "./faults.ts";
import { conversationIdOf, type RunLog } from "./run-log.ts";
import { isoTime, nextRunAt } from "./schedule.ts";

/** A clock that is set, or a machine that sleeps, is noticed after at most this long. */
const sleepMsMax = 60_000;
const minuteMs = 60_000;

export interface HeartbeatPorts {
  readonly store: Store;
  readonly settings: SettingStore<HeartbeatConfig>;
  readonly runs: RunLog;
  readonly conversations: Pick<Conversations, "submit" | "change" | "stop" | "queue" | "isActive">;
  readonly log: Pick<ConversationLog, "record">;
  readonly clock: Clock;
  readonly journal: Log;
  newId(): string;
}

/** How a workspace's heartbeat stands. Stored, so that a restart keeps the rhythm. */
interface Beat {
  /** Epoch milliseconds; `null` while it is not enabled. */
  readonly nextRunAt: number | null;
  readonly intervalMs: number;
  readonly running: HeartbeatRun | null;
}

const silent: Beat = { nextRunAt: null, intervalMs: 0, running: null };
const beatPrefix = "beat/";

/** A time further away than one interval was planned by a clock that has been set back since. */
const isDue = ({ nextRunAt: at, intervalMs }: Beat, now: number): boolean => at !== null && (at <= now || at - now > intervalMs);

/** Begins a turn in each enabled workspace whenever its interval has passed. What is done for one workspace is done one after another. */
export class Heartbeats {
  readonly #ports: HeartbeatPorts;
  readonly #beats = new Map<string, Beat>();
  readonly #last = new Map<string, Promise<unknown>>();
  #changed = new AbortController();

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
  }

  /** Reads how every heartbeat stands. Nothing else is kept in memory. */
  async load(): Promise<void> {
    const { store, settings, clock } = this.#ports;
    for await (const { key, value } of store.scan({ prefix: beatPrefix }))
      this.#beats.set(key.slice(beatPrefix.length), value as unknown as Beat);
    for (const { scope, value } of await settings.all()) {
      const beat = this.#beatOf(scope);
      const intervalMs = value.intervalMinutes * minuteMs;
      this.#beats.set(scope, { ...beat, intervalMs, nextRunAt: value.enabled ? (beat.nextRunAt ?? clock.now() + intervalMs) : null });
    }
  }

  config(workspaceId: string): Promise<HeartbeatConfig> {
    return this.#ports.settings.get(workspaceId);
  }

  /** A new interval counts from now. Faults: `heartbeat/no-task` (invalid). */
  change(workspaceId: string, change: Partial<HeartbeatConfig>): Promise<HeartbeatConfig> {
    const { settings, clock } = this.#ports;
    return this.#inTurn(workspaceId, async () => {
      const before = await settings.get(workspaceId);
      const wanted = { ...before, ...change };
      if (wanted.enabled && wanted.taskPrompt.trim() === "") throw new NoTask();
      const config = await settings.change(workspaceId, change);
      const beat = this.#beatOf(workspaceId);
      const keeps = before.enabled && before.intervalMinutes === config.intervalMinutes && beat.nextRunAt !== null;
      const intervalMs = config.intervalMinutes * minuteMs;
      const begins = keeps ? beat.nextRunAt : clock.now() + intervalMs;
      await this.#store(workspaceId, { ...beat, intervalMs, nextRunAt: config.enabled ? begins : null });
      return config;
    });
  }

  nextRunAt(workspaceId: string): number | null {
    return this.#beatOf(workspaceId).nextRunAt;
  }

  /** Resolves when the turn is sealed. Faults: `heartbeat/unknown-run` (missing). */
  async stop(workspaceId: string, runId: string): Promise<void> {
    const { runs, conversations } = this.#ports;
    // In turn: a run that is just being begun has its turn before it is stopped.
    const run = await this.#inTurn(workspaceId, () => runs.find(workspaceId, runId));
    if (run === undefined) throw new UnknownRun(workspaceId, runId);
    if (run.status !== "running") return;
    await conversations.stop(run.conversationId);
    await this.#settle(workspaceId, run.id, "stopped");
  }

  /** Forgets all of a workspace's heartbeat. What it has begun is not touched. */
  end(workspaceId: string): Promise<void> {
    const { store, settings, runs } = this.#ports;
    return this.#inTurn(workspaceId, async () => {
      await settings.clear(workspaceId);
      this.#beats.delete(workspaceId);
      await store.commit([{ remove: beatPrefix + workspaceId }, ...(await runs.forget(workspaceId))]);
    });
  }

  /** A turn of any conversation has ended. */
  async sealed(conversationId: string, reason: string): Promise<void> {
    for (const [workspaceId, { running }] of this.#beats)
      if (running?.conversationId === conversationId)
        await this.#settle(workspaceId, running.id, reason === "aborted" ? "stopped" : "completed");
  }

  /** Runs until the signal aborts. First settles what a former process left as running. */
  async run(signal: AbortSignal): Promise<void> {
    for (const workspaceId of [...this.#beats.keys()]) await this.#guarded(workspaceId, () => this.#stillRuns(workspaceId));
    while (!signal.aborted) {
      const now = this.#ports.clock.now();
      const due = [...this.#beats].filter(([, beat]) => isDue(beat, now));
      for (const [workspaceId] of due) if (!signal.aborted) await this.#guarded(workspaceId, () => this.#beat(workspaceId));
      if (due.length === 0) await this.#sleep(signal);
    }
  }

  async #beat(workspaceId: string): Promise<void> {
    const { settings, clock, journal } = this.#ports;
    const beat = this.#beatOf(workspaceId);
    const now = clock.now();
    if (beat.nextRunAt === null || !isDue(beat, now)) return;
    const next = nextRunAt(beat.nextRunAt, beat.intervalMs, now);
    // Before anything that may fail, so that a failure is not tried again without end.
    this.#beats.set(workspaceId, { ...beat, nextRunAt: next });
    if (beat.nextRunAt > now) return this.#store(workspaceId, { ...beat, nextRunAt: next });
    if (await this.#stillRuns(workspaceId)) {
      journal.info("heartbeat-skipped", { workspaceId, reason: "the last one still runs" });
      return this.#store(workspaceId, { ...beat, nextRunAt: next });
    }
    await this.#begin(workspaceId, await settings.get(workspaceId));
  }

  async #begin(workspaceId: string, config: HeartbeatConfig): Promise<void> {
    const { runs, conversations, clock, journal, newId } = this.#ports;
    const triggeredAt = isoTime(clock.now());
    const { taskPrompt: text, systemPrompt, model, reasoningEffort } = config;
    const run: HeartbeatRun = {
      id: `${clock.now().toString().padStart(15, "0")}-${newId().slice(0, 8)}`,
      conversationId: conversationIdOf(newId()),
      triggeredAt,
      status: "running",
    };
    const { conversationId } = run;
    await this.#store(workspaceId, { ...this.#beatOf(workspaceId), running: run }, await runs.begin(workspaceId, run, systemPrompt));
    try {
      const effort = reasoningEffort === null ? {} : { reasoningEffort };
      const { events } = await conversations.submit({ conversationId, text, workspaceId, ...effort, ...(model === "" ? {} : { model }) });
      events[Symbol.dispose]();
      await conversations.change(conversationId, { title: `Heartbeat ${triggeredAt.slice(0, 16).replace("T", " ")} UTC`, ...effort });
    } catch (thrown) {
      journal.warn("heartbeat-failed", { workspaceId, conversationId, error: asFault(thrown).message });
      await this.#stillRuns(workspaceId);
    }
  }

  /** What the conversation says, whatever was noted of it: a process may have gone between a turn's end and the note of it. */
  async #stillRuns(workspaceId: string): Promise<boolean> {
    const { conversations, log } = this.#ports;
    const { running } = this.#beatOf(workspaceId);
    if (running === null) return false;
    // Asking for anything takes up a turn that was left open.
    await conversations.queue(running.conversationId);
    if (conversations.isActive(running.conversationId)) return true;
    const began = (await log.record(running.conversationId)) !== undefined;
    await this.#settleNow(workspaceId, running.id, began ? "completed" : "stopped");
    return false;
  }

  #settle(workspaceId: string, runId: string, status: "completed" | "stopped"): Promise<void> {
    return this.#inTurn(workspaceId, () => this.#settleNow(workspaceId, runId, status));
  }

  async #settleNow(workspaceId: string, runId: string, status: "completed" | "stopped"): Promise<void> {
    const beat = this.#beatOf(workspaceId);
    if (beat.running?.id !== runId) return;
    await this.#store(workspaceId, { ...beat, running: null }, this.#ports.runs.settle(workspaceId, beat.running, status));
  }

  async #store(workspaceId: string, beat: Beat, also: readonly Write[] = []): Promise<void> {
    await this.#ports.store.commit([{ put: beatPrefix + workspaceId, value: beat as unknown as Json }, ...also]);
    this.#beats.set(workspaceId, beat);
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  /** Until something is due, or has changed. While nothing is enabled nobody is woken. */
  async #sleep(signal: AbortSignal): Promise<void> {
    const woken = AbortSignal.any([signal, this.#changed.signal]);
    const times = [...this.#beats.values()].flatMap(({ nextRunAt: at }) => (at === null ? [] : [at]));
    if (times.length > 0) return this.#ports.clock.sleep(Math.min(sleepMsMax, Math.min(...times) - this.#ports.clock.now()), woken);
    if (woken.aborted) return;
    await new Promise((resolve) => woken.addEventListener("abort", resolve, { once: true }));
  }

  #beatOf(workspaceId: string): Beat {
    return this.#beats.get(workspaceId) ?? silent;
  }

  /** One workspace's failure is told, and is nothing to the others. */
  #guarded(workspaceId: string, work: () => Promise<unknown>): Promise<void> {
    return this.#inTurn(workspaceId, work).then(
      () => {},
      (thrown: unknown) => this.#ports.journal.warn("heartbeat-failed", { workspaceId, error: asFault(thrown).message }),
    );
  }

  #inTurn<T>(workspaceId: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(workspaceId) ?? Promise.resolve()).then(work, work).finally(() => {
      if (this.#last.get(workspaceId) === done) this.#last.delete(workspaceId);
    });
    this.#last.set(workspaceId, done);
    return done;
  }
}
