import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { Deadline } from "./deadline.ts";

const forever = new Promise<never>(() => {});
const start = (caller = new AbortController()) => {
  const clock = new FakeClock();
  return { clock, caller, deadline: new Deadline(clock, 1_000, caller.signal) };
};

test("when the time is over the signal aborts, and it says that it was the time", async () => {
  const { clock, deadline, caller } = start();
  const cut = deadline.within(forever).catch((thrown: unknown) => thrown);
  await clock.advance(999);
  expect([deadline.signal.aborted, deadline.ending]).toEqual([false, undefined]);
  await clock.advance(1);
  expect([deadline.signal.aborted, deadline.ending, await cut]).toEqual([true, "time", expect.any(Error)]);
  caller.abort();
  expect(deadline.ending).toBe("time");
});

test("when the caller aborts it ends at once, and nothing sleeps any more", async () => {
  const { clock, deadline, caller } = start();
  const cut = deadline.within(forever).catch((thrown: unknown) => thrown);
  caller.abort();
  expect([deadline.signal.aborted, deadline.ending, await cut]).toEqual([true, "caller", expect.any(Error)]);
  await clock.advance(2_000);
  expect([deadline.ending, clock.sleeping]).toEqual(["caller", 0]);
});

test("a caller that had aborted before ends it from the start", async () => {
  const clock = new FakeClock();
  const late = new Deadline(clock, 1_000, AbortSignal.abort());
  expect([late.signal.aborted, late.ending]).toEqual([true, "caller"]);
  await expect(late.within(forever)).rejects.toThrow(/ended/);
});

test("work that ends in time is passed on, as it ends", async () => {
  const { deadline } = start();
  expect(await deadline.within(Promise.resolve(1))).toBe(1);
  await expect(deadline.within(Promise.reject(new Error("own")))).rejects.toThrow("own");
});

test("disposed, it has no ending, no sleeper, and hears its caller no more", async () => {
  const { clock, deadline, caller } = start();
  deadline[Symbol.dispose]();
  caller.abort();
  await clock.advance(2_000);
  expect([deadline.ending, deadline.signal.aborted, clock.sleeping]).toEqual([undefined, true, 0]);
});
