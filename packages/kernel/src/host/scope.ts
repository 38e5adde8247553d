import { scopeEnded } from "./faults.ts";
import { journalFailure } from "./journal-failure.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { Tasks } from "./tasks.ts";
import { within } from "./within.ts";

interface Belonging {
  undo(): void | PromiseLike<void>;
}

/**
 * All that one extension has registered, owns and runs. While it ends it takes nothing new, but what it has still works, so that tasks and
 * belongings can wind up; once it has ended nothing works any more.
 */
export class Scope {
  readonly #options: ScopeOptions;
  readonly #abort = new AbortController();
  readonly #undos = new Set<Belonging>();
  readonly #tasks: Tasks;
  #state: "open" | "ending" | "ended" = "open";
  #end: Promise<void> | undefined;

  constructor(options: ScopeOptions) {
    this.#options = options;
    this.#tasks = new Tasks(options);
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
    return this.#tasks.spawn(name, work);
  }

  /** The signal aborts; all else goes on until `end`. */
  announceEnd(): void {
    this.#abort.abort(scopeEnded(this.#options.id));
  }

  /** The signal aborts, tasks get their grace, belongings are undone in reverse. Never rejects: failures are journaled. */
  end(): Promise<void> {
    this.#end ??= this.#undoAll();
    return this.#end;
  }

  async #undoAll(): Promise<void> {
    this.#state = "ending";
    this.announceEnd();
    await this.#tasks.end();
    for (const entry of [...this.#undos].reverse()) if (this.#undos.delete(entry)) await this.#undo(entry);
    this.#state = "ended";
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
}

const dispose = (resource: Disposable | AsyncDisposable): void | PromiseLike<void> =>
  Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose]();
