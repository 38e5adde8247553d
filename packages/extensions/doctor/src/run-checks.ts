import { Deadline } from "@dispatch/deadline";
import { asFault, type Clock } from "@dispatch/kernel";
import type { DoctorCheck } from "@dispatch/transport-contract";
import type { CheckSource } from "./contract.ts";

/** People wait for the answer. */
export const checkMsMax = 5_000;

/** All at once, in order of their sources. Never fails: what is silent or throws is a warning in its own place. */
export async function runChecks(sources: readonly CheckSource[], clock: Clock, signal: AbortSignal): Promise<readonly DoctorCheck[]> {
  return (await Promise.all(sources.map((source) => run(source, clock, signal)))).flat();
}

async function run(source: CheckSource, clock: Clock, caller: AbortSignal): Promise<readonly DoctorCheck[]> {
  using deadline = new Deadline(clock, checkMsMax, caller);
  try {
    return await deadline.within(source.run(deadline.signal));
  } catch (thrown) {
    const detail =
      deadline.ending === "time"
        ? `Nothing was said within ${checkMsMax / 1_000} s.`
        : `It could not be looked at: ${asFault(thrown).message}`;
    return [{ id: source.id, status: "warn", detail }];
  }
}
