import { FakeClock, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { type CollectorChild, CollectorSupervisor } from "./collector-supervisor.ts";

/** Children that do what the test says, and a supervisor of them. */
function ground({ failing = false, deaf = false } = {}) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const children: { startedAt: number; signals: string[]; end(how: number | string): void }[] = [];
  const start = (): CollectorChild => {
    if (failing) throw new Error("no such program");
    const exited = Promise.withResolvers<number | string>();
    const signals: string[] = [];
    children.push({ startedAt: clock.monotonic(), signals, end: exited.resolve });
    return {
      pid: children.length,
      exited: exited.promise,
      kill(signal) {
        signals.push(signal);
        if (signal === "SIGKILL" || !deaf) exited.resolve(signal === "SIGKILL" ? signal : 0);
      },
    };
  };
  const supervisor = new CollectorSupervisor({ clock, log, start });
  const states: string[] = [];
  supervisor.watch(() => states.push(supervisor.state));
  return { clock, log, children, supervisor, states };
}

test("it starts a moment after it was asked to, once the server answers", async () => {
  const { clock, children, supervisor } = ground();
  supervisor.begin();
  await clock.advance(199);
  expect([children.length, supervisor.state]).toEqual([0, "off"]);
  await clock.advance(1);
  expect([children.length, supervisor.state, supervisor.pid]).toEqual([1, "running", 1]);
});

// Reaches restartsMax.
test("one that ends at once is restarted ever later, five times, then given up, which is logged as an error", async () => {
  const { clock, log, children, supervisor, states } = ground();
  supervisor.begin();
  await clock.advance(200);
  for (const pauseMs of [500, 1_000, 2_000, 4_000, 8_000, 60_000]) {
    children.at(-1)?.end(1);
    await clock.advance(pauseMs);
  }
  expect(children.map(({ startedAt }) => startedAt)).toEqual([200, 700, 1_700, 3_700, 7_700, 15_700]);
  expect([supervisor.state, supervisor.restarts, children.length]).toEqual(["given-up", 5, 6]);
  expect(log.told("collector-ended").map(({ attributes }) => attributes?.restartInMs)).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
  expect(log.told("collector-given-up").map(({ level }) => level)).toEqual(["error"]);
  expect(states.filter((state) => state === "restarting")).toHaveLength(5);
  await supervisor[Symbol.asyncDispose]();
});

test("one that lived for ten seconds is restarted soon, however often others failed", async () => {
  const { clock, log, children, supervisor } = ground();
  supervisor.begin();
  await clock.advance(200);
  for (let n = 0; n < 12; n++) {
    await clock.advance(10_000);
    children.at(-1)?.end("SIGKILL");
    await clock.advance(500);
  }
  expect([supervisor.state, supervisor.restarts]).toEqual(["running", 12]);
  expect(new Set(log.told("collector-ended").map(({ attributes }) => attributes?.restartInMs))).toEqual(new Set([500]));
});

test("a program that cannot be started is given up like one that ends", async () => {
  const { clock, log, supervisor } = ground({ failing: true });
  supervisor.begin();
  await clock.advance(60_000);
  expect([supervisor.state, log.told("collector-given-up")[0]?.attributes?.how]).toEqual(["given-up", "no such program"]);
});

test("at the end it is asked to read what is there, and killed when it takes more than five seconds", async () => {
  for (const deaf of [false, true]) {
    const { clock, children, supervisor } = ground({ deaf });
    supervisor.begin();
    await clock.advance(200);
    const ended = supervisor[Symbol.asyncDispose]();
    await clock.advance(4_999);
    expect(children[0]?.signals).toEqual(["SIGTERM"]);
    await clock.advance(1);
    await ended;
    expect(children[0]?.signals).toEqual(deaf ? ["SIGTERM", "SIGKILL"] : ["SIGTERM"]);
    await clock.advance(60_000);
    expect([children.length, supervisor.state, supervisor.restarts]).toEqual([1, "off", 0]);
  }
});

test("ending it before it started lets one read what there is", async () => {
  const { clock, children, supervisor } = ground();
  supervisor.begin();
  await supervisor[Symbol.asyncDispose]();
  await clock.advance(60_000);
  expect(children.map(({ signals }) => signals)).toEqual([["SIGTERM"]]);
});

test("ending it while it pauses, after it was given up, or when it was never asked to begin, starts nothing", async () => {
  for (const pauseMs of [300, 60_000, undefined]) {
    const { clock, children, supervisor } = ground();
    if (pauseMs !== undefined) supervisor.begin();
    await clock.advance(200);
    for (let n = 0; n < 6 && pauseMs !== undefined; n++) {
      children.at(-1)?.end(1);
      await clock.advance(pauseMs);
    }
    const before = children.length;
    await supervisor[Symbol.asyncDispose]();
    await clock.advance(60_000);
    expect(children.length).toBe(before);
  }
});
