import { asFault, type Clock, type Log } from "@dispatch/kernel";
import type { Policy } from "./policy.ts";
import type { Pruned } from "./prune.ts";

const dayMs = 86_400_000;
/** More than that between two rounds is a clock that was set, and no day that went by. */
const jumpMsMax = 3_600_000;

export interface DailyPorts {
  readonly clock: Clock;
  readonly journal: Log;
  policy(): Promise<Policy>;
  prune(policy: Policy, signal: AbortSignal): Promise<Pruned>;
}

/**
 * Once a day, where a person has switched that on; the first time a day after the start. A clock that was set meanwhile may make anything look old: such a
 * day removes nothing. Never rejects.
 */
export async function pruneDaily({ clock, journal, policy, prune }: DailyPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const from = { now: clock.now(), monotonic: clock.monotonic() };
    await clock.sleep(dayMs, signal);
    if (signal.aborted) return;
    const jumpMs = clock.now() - from.now - (clock.monotonic() - from.monotonic);
    try {
      const wanted = await policy();
      if (!wanted.automatic) continue;
      if (Math.abs(jumpMs) > jumpMsMax) {
        journal.warn("prune-skipped", { because: "the clock was set", jumpMs });
        continue;
      }
      const { conversations, images, outputs } = await prune(wanted, signal);
      journal.info("pruned", { conversations: conversations.length, images: images.files, outputs: outputs.files });
    } catch (thrown) {
      if (!signal.aborted) journal.error("prune-failed", { error: asFault(thrown).message });
    }
  }
}
