import type { Clock } from "../contracts/clock.ts";
import type { Log } from "../contracts/log.ts";

export interface ScopeOptions {
  /** Whose scope it is. */
  readonly id: string;
  readonly log: Log;
  readonly clock: Clock;
  /** What all tasks together, and each belonging by itself, get to end. */
  readonly graceMs: number;
}
