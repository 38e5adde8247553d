import { expect, test, vi } from "vitest";
import { patience, patiently } from "./patience.ts";

test("what ends is given, and what fails fails, however long it took on the wall", async () => {
  expect(await patiently(Promise.resolve(3))).toBe(3);
  await expect(patiently(Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("what burns CPU time is called late, and so is what says nothing for long; whatever happens begins anew", () => {
  vi.useFakeTimers();
  try {
    let cpuMs = 0;
    using burning = patience(() => cpuMs);
    using idle = patience(() => 0);
    using lively = patience(() => 0);
    cpuMs = 19_000;
    vi.advanceTimersByTime(60_000);
    expect(burning.signal.aborted).toBe(false);
    cpuMs = 21_000;
    lively.renew();
    vi.advanceTimersByTime(61_000);
    expect([burning, idle, lively].map(({ signal }) => signal.aborted && String(signal.reason))).toEqual([
      "Error: it took more than 20000 ms of CPU time",
      "Error: it hangs: nothing for 120 s",
      false,
    ]);
  } finally {
    vi.useRealTimers();
  }
});
