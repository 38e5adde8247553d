import { type FamilySize, signalAll, sizesOf } from "@dispatch/child-processes";
import type { Clock } from "@dispatch/kernel";
import type { Limits } from "./limits.ts";

const lookMs = 250;

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
    await this.#clock.sleep(lookMs, wait.signal);
    while (!wait.signal.aborted) {
      const running = [...this.#running];
      const sizes = await sizesOf(running.map(({ pid }) => pid));
      await Promise.all(running.map((watched) => this.#judge(watched, sizes?.get(watched.pid))));
      if (!wait.signal.aborted) await this.#clock.sleep(lookMs, wait.signal);
    }
    if (this.#wait === wait) this.#wait = undefined;
    if (this.#running.size > 0 && this.#wait === undefined) void this.#look();
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
  if (processes > processesMax) return `It had more than ${processesMax} processes.`;
  if (memoryBytes > memoryBytesMax) return `It held more than ${Math.floor(memoryBytesMax / mib)} MiB of memory.`;
  return undefined;
}
const mib = 1024 * 1024;
