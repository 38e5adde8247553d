import type { Clock } from "@dispatch/kernel";
import type { Confinement } from "./contract.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { LocalSandbox } from "./local-sandbox.ts";
import { findProgram, tryBubblewrap } from "./try-bubblewrap.ts";

export { mayCeil } from "./process-ceiling.ts";

export interface SandboxOptions {
  readonly clock: Clock;
  /** Without it everything is free. */
  readonly confinement?: (strictest: Confinement) => Confinement;
  readonly hidden?: readonly string[];
  readonly home?: string;
  readonly limits?: Partial<Limits>;
  readonly mode?: "auto" | "off";
  readonly removed?: (paths: readonly string[]) => void;
}

export function openSandbox({
  clock,
  confinement,
  hidden = [],
  home,
  limits = {},
  mode = "auto",
  removed = () => {},
}: SandboxOptions): LocalSandbox {
  return new LocalSandbox({
    mode,
    hidden,
    limits: { ...defaultLimits, ...limits },
    clock,
    ...(home === undefined ? {} : { home }),
    shape: async (strictest) => confinement?.(strictest) ?? { kind: "free" },
    removed,
  });
}

export const asItComes = (strictest: Confinement): Confinement => strictest;

/** Tests that need a sandbox are skipped, and counted as such, where none can be made. */
export const hasSandbox: boolean = (await tryBubblewrap(findProgram())).state.available;
