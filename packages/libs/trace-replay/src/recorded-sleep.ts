import type { Clock } from "@dispatch/kernel";
import type { InputGate } from "./input-gate.ts";
import type { RecordingSheet } from "./recording-sheet.ts";
import { SleeperNames } from "./sleeper-names.ts";

/** A wait that passed is an input; one that the loop itself ends is not. `starting` names the call whose tool starts right now. */
export function recordedSleep(clock: Clock, sheet: RecordingSheet, gate: InputGate, starting: () => string | undefined): Clock["sleep"] {
  const names = new SleeperNames();
  return (ms, signal) => {
    const sleeper = names.next(starting());
    const { promise, resolve } = Promise.withResolvers<void>();
    let isOver = false;
    const finish = () => {
      isOver = true;
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    signal?.addEventListener("abort", finish, { once: true });
    if (signal?.aborted) finish();
    const wake = () => {
      if (isOver) return;
      sheet.given({ kind: "wake", sleeper });
      finish();
    };
    void clock.sleep(ms, signal).then(() => {
      if (!isOver) gate.fromSide(wake);
    });
    return promise;
  };
}
