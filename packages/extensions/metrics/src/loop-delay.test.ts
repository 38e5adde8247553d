import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { exposition } from "./exposition.ts";
import { LoopDelay, lookEveryMs } from "./loop-delay.ts";
import { parseOpenMetrics, sampleOf } from "./open-metrics.fixture.ts";

test("what comes late shows in seconds; the end of the scope ends the looking", async () => {
  const clock = new FakeClock();
  const late = { ...portOf(clock), monotonic: () => clock.monotonic() * 3 };
  const loop = new LoopDelay(late);
  const ending = new AbortController();
  const running = loop.run(ending.signal);
  await clock.advance(lookEveryMs);
  const families = parseOpenMetrics(exposition(loop.read()).text);
  expect(sampleOf(families, "dispatch_event_loop_delay_seconds_count")).toBe(1);
  expect(sampleOf(families, "dispatch_event_loop_delay_seconds_sum")).toBeCloseTo(1);
  ending.abort();
  await running;
  expect(clock.sleeping).toBe(0);
});

const portOf = (clock: FakeClock) => ({ now: () => clock.now(), sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal) });
