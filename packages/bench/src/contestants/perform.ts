import { nowMicros, StampReader } from "../stamp.ts";
import { summarize } from "../statistics.ts";
import type { Contestant, Job, Outcome } from "./contestant.ts";

/** Runs a job and measures it where the text arrives, so that nothing on the way back to the parent is in the numbers. */
export async function perform(contestant: Contestant, { order, streams, startWithinMs }: Job): Promise<Outcome> {
  const latenciesMs: number[] = [];
  const settledLatenciesMs: number[] = [];
  const failures: string[] = [];
  const readers: StampReader[] = [];
  const startMs = performance.now();
  let firstDeltaMs = Number.NaN;
  const oneTurn = async (index: number): Promise<void> => {
    const reader = new StampReader();
    readers.push(reader);
    if (startWithinMs > 0) await Bun.sleep((index * startWithinMs) / streams);
    try {
      await contestant(order, (text) => {
        const receivedMicros = nowMicros();
        const sinceStartMs = performance.now() - startMs;
        reader.push(text, (sentMicros) => {
          if (Number.isNaN(firstDeltaMs)) firstDeltaMs = sinceStartMs;
          if (sentMicros === 0) return;
          const latencyMs = (receivedMicros - sentMicros) / 1000;
          latenciesMs.push(latencyMs);
          if (sinceStartMs > startWithinMs + startBurstMs) settledLatenciesMs.push(latencyMs);
        });
      });
    } catch (thrown) {
      failures.push(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  await Promise.all(Array.from({ length: streams }, (_, index) => oneTurn(index)));
  return {
    totalMs: performance.now() - startMs,
    firstDeltaMs,
    deltas: readers.reduce((sum, reader) => sum + reader.count, 0),
    outOfOrder: readers.reduce((sum, reader) => sum + reader.outOfOrder, 0),
    latency: summarize(latenciesMs),
    settledLatency: summarize(settledLatenciesMs),
    failures,
  };
}

/** How long after the last start the starting itself may still show in the latencies. */
const startBurstMs = 1_000;
