import type { Provider } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { clockChecks, credentialChecks, extensionChecks, providerChecks } from "./checks.ts";
import { checkMsMax, runChecks } from "./run-checks.ts";

const signal = new AbortController().signal;
const provider = (id: string, listModels: Provider["listModels"]): Provider => ({
  id,
  listModels,
  model: () => expect.fail("no model is asked"),
});

// Reaches providerMsMax.
test("providers that answer, refuse and hang are told apart, each within its own time, and their requests are ended", async () => {
  const clock = new FakeClock();
  let ended = false;
  const providers = [
    provider("good", async () => [{ id: "m" }]),
    provider("refusing", () => Promise.reject(new Error("401: the key is wrong"))),
    provider("hanging", (asked) => {
      asked.addEventListener("abort", () => (ended = true));
      return new Promise(() => {});
    }),
  ];
  const checks = runChecks([providerChecks(() => providers, clock)], clock, signal);
  await clock.advance(checkMsMax - 1);
  expect((await checks).map(({ id, status, detail }) => [id, status, detail])).toEqual([
    ["provider.good", "ok", "good answers and lists 1 model."],
    ["provider.refusing", "warn", expect.stringContaining("401: the key is wrong")],
    ["provider.hanging", "warn", expect.stringContaining("said nothing within 4 s")],
  ]);
  expect([ended, clock.sleeping]).toEqual([true, 0]);
});

test("a source that hangs or throws is a warning in its own place, and the others are told", async () => {
  const clock = new FakeClock();
  const sources = [
    { id: "hangs", run: () => new Promise<never>(() => {}) },
    { id: "throws", run: () => Promise.reject(new Error("oh")) },
    credentialChecks([{ name: "A_KEY", isSet: true }]),
  ];
  const checks = runChecks(sources, clock, signal);
  await clock.advance(checkMsMax);
  expect((await checks).map(({ id, status }) => [id, status])).toEqual([
    ["hangs", "warn"],
    ["throws", "warn"],
    ["credentials", "ok"],
  ]);
  expect(clock.sleeping).toBe(0);
});

test("without a key doctor says how to set one", async () => {
  const [check] = await credentialChecks([{ name: "A_KEY", isSet: false }]).run(signal);
  expect(check).toMatchObject({ status: "warn", hint: expect.stringContaining(".env") });
  expect(JSON.stringify(check)).not.toContain("A_KEY");
});

test("extensions that are not active fail with the reason", async () => {
  const fault = { kind: "defect", code: "a/b", message: "It broke." } as const;
  const report = { order: ["x"], failed: [{ id: "bad", fault }], skipped: [{ id: "worse", because: "bad is not there" }] };
  expect((await extensionChecks(() => report).run(signal)).map(({ id, status, detail }) => [id, status, detail])).toEqual([
    ["extensions.bad", "fail", "bad is not active: It broke. (a/b)"],
    ["extensions.worse", "fail", "worse is not active: bad is not there"],
  ]);
  expect(await extensionChecks(() => ({ ...report, failed: [], skipped: [] })).run(signal)).toMatchObject([{ status: "ok" }]);
});

test("a clock that was set back or forward since the start is told, one that runs is not", async () => {
  const clock = new FakeClock(1_000_000);
  let jumpMs = 0;
  const source = clockChecks({
    ...clock,
    now: () => clock.now() + jumpMs,
    monotonic: () => clock.monotonic(),
    sleep: () => Promise.resolve(),
  });
  await clock.advance(3_600_000);
  expect(await source.run(signal)).toMatchObject([{ status: "ok" }]);
  jumpMs = -90_000;
  expect(await source.run(signal)).toMatchObject([{ status: "warn", detail: expect.stringContaining("set back by 90 s") }]);
  jumpMs = 86_400_000;
  expect(await source.run(signal)).toMatchObject([{ status: "warn", detail: expect.stringContaining("set forward by 86400 s") }]);
});

// Reaches jumpMsMax.
test("a clock that drifts by less than two seconds has not been set", async () => {
  const clock = new FakeClock(1_000_000);
  const source = clockChecks(clock);
  clock.jump(2_000);
  expect(await source.run(signal)).toMatchObject([{ status: "ok" }]);
  clock.jump(1);
  expect(await source.run(signal)).toMatchObject([{ status: "warn" }]);
});
