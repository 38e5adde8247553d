import { asFault } from "../contracts/fault.ts";
import { scopeEnded } from "./faults.ts";
import { journalFailure } from "./journal-failure.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { within } from "./within.ts";

type Work = (signal: AbortSignal) => Promise<void>;

interface Task {
  readonly name: string;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** The tasks of one scope that still run. */
export class Tasks {
  readonly #options: ScopeOptions;
  readonly #running = new Set<Task>();

  constructor(options: ScopeOptions) {
    this.#options = options;
  }

  /** Disposing what it gives asks this task alone to end. */
  spawn(name: string, work: Work): Disposable {
    const stop = new AbortController();
    const done = this.#run(name, work, stop.signal).then(() => void this.#running.delete(task));
    const task = { name, stop, done };
    this.#running.add(task);
    return { [Symbol.dispose]: () => stop.abort(scopeEnded(this.#options.id)) };
  }

  /** Asks all to end and waits for them within one grace. Who does not end in it is named in the journal and left. */
  async end(): Promise<void> {
    const { clock, graceMs, log, id } = this.#options;
    if (this.#running.size === 0) return;
    for (const task of this.#running) task.stop.abort(scopeEnded(id));
    await within(clock, graceMs, Promise.all([...this.#running].map((task) => task.done)));
    for (const task of this.#running) log.named(id).warn("task-abandoned", { task: task.name, graceMs });
  }

  /** Never rejects. A task that was asked to end and says so has not failed. */
  async #run(name: string, work: Work, signal: AbortSignal): Promise<void> {
    try {
      await work(signal);
    } catch (thrown) {
      if (signal.aborted && (thrown === signal.reason || asFault(thrown).kind === "cancelled")) return;
      journalFailure(this.#options.log, this.#options.id, "task-failed", thrown, { task: name });
    }
  }
}
