import type { Caller } from "@dispatch/op-registry/contract";

/** Who asks, as the door found. */
export interface Visitor {
  readonly caller: Caller;
  /** Aborts when who asks may do so no longer. Absent: that cannot happen. */
  readonly ended?: AbortSignal;
}

/** Until the token ends, or the client goes. */
export const whileAllowed = (signal: AbortSignal, { ended }: Visitor): AbortSignal =>
  ended === undefined ? signal : AbortSignal.any([signal, ended]);
