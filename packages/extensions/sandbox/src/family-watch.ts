import { endIfLarger, type FamilySize, signalAll, sizesOf, taskCount } from "@dispatch/child-processes";
import type { Clock } from "@dispatch/kernel";
import type { Limits } from "./limits.ts";

const lookMs = 250;
/** In between it is only asked how many there are on the whole machine: a fork bomb doubles within milliseconds. */
const glanceMs = 25;

export interface Watched {
  readonly pid: number;
  /** How many of the family are the sandbox's own. */
  readonly own: number;
  outgrown: string | undefined;
}

/**
 * Looks at the families that run, all with one look, and ends those that are larger than they may be. What the system bounds is each process; a
 * family as a whole it bounds only where it has groups for that, which not everybody may make.
 */
export class FamilyWatch {
  readonly #clock: Clock;
  readonly #limits: Pick<Limits, "memoryBytesMax" | "processesMax">;
  readonly #running = new Set<Watched>();
  #wait: AbortController | undefined;
  /** Of the whole machine, at the last look. */
  #tasks: number | undefined;

  constructor(clock: Clock, limits: Pick<Limits, "memoryBytesMax" | "processesMax">) {
    this.#clock = clock;
    this.#limits = limits;
  }

  add(watched: Watched): void {
    this.#running.add(watched);
    if (this.#wait === undefined) void this.#look();
  }

  remove(watched: Watched): void {
    this.#running.delete(watched);
    if (this.#running.size === 0) this.#wait?.abort();
  }

  async #look(): Promise<void> {
    const wait = new AbortController();
    this.#wait = wait;
    this.#tasks = taskCount();
    await this.#untilNext(wait.signal);
    while (!wait.signal.aborted) {
      const running = [...this.#running];
      const sizes = await sizesOf(running.map(({ pid }) => pid));
      await Promise.all(running.map((watched) => this.#judge(watched, sizes?.get(watched.pid))));
      this.#tasks = taskCount();
      await this.#untilNext(wait.signal);
    }
    if (this.#wait === wait) this.#wait = undefined;
    if (this.#running.size > 0 && this.#wait === undefined) void this.#look();
  }

  /** Until it is time, or so many have come that they may be of one family. */
  async #untilNext(signal: AbortSignal): Promise<void> {
    for (let passedMs = 0; passedMs < lookMs && !signal.aborted; passedMs += glanceMs) {
      await this.#clock.sleep(glanceMs, signal);
      if ((taskCount() ?? 0) - (this.#tasks ?? Number.POSITIVE_INFINITY) > this.#limits.processesMax) return this.#endBombs();
    }
  }

  #endBombs(): void {
    const { processesMax } = this.#limits;
    for (const watched of this.#running)
      if (endIfLarger(watched.pid, processesMax + watched.own, watched.own)) watched.outgrown ??= tooMany(processesMax);
  }

  async #judge(watched: Watched, size: FamilySize | undefined): Promise<void> {
    if (size === undefined || !this.#running.has(watched)) return;
    const why = whyTooLarge(size, this.#limits);
    if (why === undefined) return;
    watched.outgrown ??= why;
    await signalAll(watched.pid, "SIGKILL", watched.own);
  }
}

export function whyTooLarge(
  { processes, memoryBytes }: FamilySize,
  { processesMax, memoryBytesMax }: Pick<Limits, "memoryBytesMax" | "processesMax">,
): string | undefined {
  if (processes > processesMax) return tooMany(processesMax);
  if (memoryBytes > memoryBytesMax) return `It held more than ${Math.floor(memoryBytesMax / mib)} MiB of memory.`;
  return undefined;
}
const tooMany = (processesMax: number): string => `It had more than ${processesMax} processes.`;
const mib = 1024 * 1024;
