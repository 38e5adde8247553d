import { type Clock, fault } from "@dispatch/kernel";
import type { TextPieces } from "@dispatch/secrets/contract";
import type { Takers } from "./reading.ts";
import { type Command, type Outcome, runCommand } from "./run-command.ts";

/** The commands that run now. Disposing ends them and waits until they have ended, so that none outlives the server. */
export class Commands implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #pieces: () => TextPieces;
  readonly #end = new AbortController();
  readonly #running = new Set<Promise<Outcome>>();

  /** `pieces`: takes out of each stream what nobody may read. */
  constructor(clock: Clock, pieces: () => TextPieces) {
    this.#clock = clock;
    this.#pieces = pieces;
  }

  /** Faults: those of `runCommand`, and `tool-run-shell/stopped` (cancelled) for a command that was not started. */
  async run(command: Command, takers: Omit<Takers, "clock" | "pieces">, signal: AbortSignal): Promise<Outcome> {
    const stop = AbortSignal.any([signal, this.#end.signal]);
    if (stop.aborted) throw fault("cancelled", "tool-run-shell/stopped", "The command was not started, because the turn was stopped.");
    const outcome = runCommand(command, { ...takers, clock: this.#clock, pieces: this.#pieces }, stop);
    this.#running.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#running.delete(outcome);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.allSettled(this.#running);
  }
}
