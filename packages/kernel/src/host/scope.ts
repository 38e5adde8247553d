import type { Clock } from "../contracts/clock.ts";
import { asFault } from "../contracts/fault.ts";
import type { Log } from "../contracts/log.ts";
import { scopeEnded } from "./faults.ts";
import { journalFailure } from "./journal-failure.ts";
import { within } from "./within.ts";

export interface ScopeOptions {
  readonly id: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly graceMs: number;
}

interface Belonging {
  undo(): void | PromiseLike<void>;
}

interface Task {
  readonly name: string;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/**
 * All that one extension has registered, owns and runs. While it ends it takes nothing new, but what it has still works, so that tasks and
 * belongings can wind up; once it has ended nothing works any more.
 */
export class Scope {
  readonly #options: ScopeOptions;
  readonly #abort = new AbortController();
  readonly #undos = new Set<Belonging>();
  readonly #tasks = new Set<Task>();
  #state: "open" | "ending" | "ended" = "open";
  #end: Promise<void> | undefined;

  constructor(options: ScopeOptions) {
    this.#options = options;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Throws `kernel/scope-ended` as soon as the end has begun. */
  assertOpen(): void {
    if (this.#state !== "open") throw scopeEnded(this.#options.id);
  }

  /** Throws `kernel/scope-ended` once everything is undone. */
  assertUsable(): void {
    if (this.#state === "ended") throw scopeEnded(this.#options.id);
  }

  /** Does what `register` does, unless the end has begun, and keeps its undoing. Disposing twice undoes once. */
  register(register: () => () => void): Disposable {
    this.assertOpen();
    const entry = { undo: register() };
    this.#undos.add(entry);
    return { [Symbol.dispose]: () => void (this.#undos.delete(entry) && entry.undo()) };
  }

  /** A resource that comes too late is disposed at once, because nobody else would. */
  own<D extends Disposable | AsyncDisposable>(resource: D): D {
    const entry = { undo: () => dispose(resource) };
    if (this.#state !== "open") {
      void this.#undo(entry);
      throw scopeEnded(this.#options.id);
    }
    this.#undos.add(entry);
    return resource;
  }

  spawn(name: string, work: (signal: AbortSignal) => Promise<void>): Disposable {
    this.assertOpen();
    const stop = new AbortController();
    const done = this.#run(name, work, stop.signal).then(() => void this.#tasks.delete(task));
    const task = { name, stop, done };
    this.#tasks.add(task);
    return { [Symbol.dispose]: () => stop.abort(scopeEnded(this.#options.id)) };
  }

  /** The signal aborts, tasks get their grace, belongings are undone in reverse. Never rejects: failures are journaled. */
  end(): Promise<void> {
    this.#end ??= this.#undoAll();
    return this.#end;
  }

  async #undoAll(): Promise<void> {
    this.#state = "ending";
    const reason = scopeEnded(this.#options.id);
    this.#abort.abort(reason);
    for (const task of this.#tasks) task.stop.abort(reason);
    await this.#finishTasks();
    for (const entry of [...this.#undos].reverse()) if (this.#undos.delete(entry)) await this.#undo(entry);
    this.#state = "ended";
  }

  async #finishTasks(): Promise<void> {
    const { clock, graceMs, log, id } = this.#options;
    if (this.#tasks.size === 0) return;
    await within(clock, graceMs, Promise.all([...this.#tasks].map((task) => task.done)));
    for (const task of this.#tasks) log.named(id).warn("task-abandoned", { task: task.name, graceMs });
  }

  async #undo(entry: Belonging): Promise<void> {
    const { clock, graceMs, log, id } = this.#options;
    try {
      const undone = entry.undo();
      if (undone === undefined) return;
      if (!(await within(clock, graceMs, Promise.resolve(undone)))) log.named(id).warn("undo-abandoned", { graceMs });
    } catch (thrown) {
      journalFailure(log, id, "undo-failed", thrown, {});
    }
  }

  /** Never rejects. A task that was asked to end and says so has not failed. */
  async #run(name: string, work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work(signal);
    } catch (thrown) {
      if (signal.aborted && (thrown === signal.reason || asFault(thrown).kind === "cancelled")) return;
      journalFailure(this.#options.log, this.#options.id, "task-failed", thrown, { task: name });
    }
  }
}

const dispose = (resource: Disposable | AsyncDisposable): void | PromiseLike<void> =>
  Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose]();
