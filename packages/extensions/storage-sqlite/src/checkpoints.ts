import type { Clock } from "@dispatch/kernel";
import type { SqliteStorage } from "./sqlite-storage.ts";

/** Without a commit for so long, nobody waits for one. */
export const quietMs = 250;
/** Fewer are not worth the two fsyncs. */
export const commitsMin = 100;

/** Moves the log into the file in a quiet moment: it takes the disk some milliseconds, which a commit would otherwise wait for. */
export async function checkpointWhenQuiet(storage: SqliteStorage, clock: Clock, signal: AbortSignal): Promise<void> {
  let moved = storage.commits.count;
  while (!signal.aborted) {
    await storage.commits.next(signal);
    let seen: number;
    do {
      seen = storage.commits.count;
      await clock.sleep(quietMs, signal);
    } while (!signal.aborted && seen !== storage.commits.count);
    if (signal.aborted || seen - moved < commitsMin) continue;
    storage.checkpoint();
    moved = seen;
  }
}
