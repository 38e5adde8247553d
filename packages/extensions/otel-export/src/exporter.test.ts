import { FakeClock } from "@dispatch/testkit";
import type { TracedTurn } from "@dispatch/turn-trace/contract";
import { expect, test } from "vitest";
import { attemptsMax, Exporter, type ExporterPorts, flushMs, gatherMs, requestMs } from "./exporter.ts";
import type { Posted } from "./post-spans.ts";
import { waitingSpansMax } from "./span-queue.ts";

const turn = (turnId: string, spans = 1): TracedTurn => ({
  conversationId: "c1",
  turnId,
  spans: Array.from({ length: spans }, (_, at) => ({
    spanId: `${turnId}-${at}`,
    name: "step",
    startedAt: 0,
    durationMs: 1,
    status: "ok",
    attributes: {},
  })),
});

/** An exporter whose other side answers what a test says. */
function start(answer: (attempt: number, signal: AbortSignal) => Promise<Posted> | Posted) {
  const clock = new FakeClock();
  const posted: string[] = [];
  const failures: string[] = [];
  const ports: ExporterPorts = {
    clock,
    random: () => 1,
    encode: async (turns) => turns.map(({ turnId, spans }) => ({ json: turnId, spans: spans.length })),
    post: async (json, signal) => {
      posted.push(json);
      return answer(posted.length, signal);
    },
    failed: (why) => failures.push(why),
  };
  const exporter = new Exporter(ports);
  const ending = new AbortController();
  const running = exporter.run(ending.signal);
  const count = (name: string) => exporter.numbers.read().find((family) => family.name === `dispatch_otel_spans_${name}`)?.samples;
  const end = async () => {
    ending.abort();
    await running;
  };
  return { clock, exporter, posted, failures, ending, running, count, end };
}

const never = (signal: AbortSignal) =>
  new Promise<Posted>((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));

test("turns that end together are sent together, and counted", async () => {
  const { clock, exporter, posted, count, end } = start(() => ({ status: 200 }));
  exporter.add(turn("a", 2));
  exporter.add(turn("b"));
  await clock.advance(gatherMs);
  expect([posted, count("sent")]).toEqual([["a", "b"], [{ value: 3 }]]);
  await end();
  expect(clock.sleeping).toBe(0);
});

test("who is busy or not there is asked again with growing pauses, then given up; the next turn has its chance", async () => {
  const { clock, exporter, posted, failures, count, end } = start((attempt) => {
    if (attempt <= attemptsMax) throw new Error("refused");
    return { status: 200 };
  });
  exporter.add(turn("a"));
  await clock.advance(gatherMs);
  for (const seconds of [1, 2, 4, 8, 16]) {
    const before = posted.length;
    await clock.advance(seconds * 1_000 - 1);
    expect(posted.length, `before ${seconds} s`).toBe(before);
    await clock.advance(1);
    expect(posted.length).toBe(before + 1);
  }
  expect([posted.length, count("dropped"), failures]).toEqual([
    attemptsMax,
    [{ labels: { reason: "unreachable" }, value: 1 }],
    ["refused"],
  ]);
  exporter.add(turn("b"));
  await clock.advance(gatherMs);
  expect([posted.at(-1), count("sent")]).toEqual(["b", [{ value: 1 }]]);
  await end();
});

test("the wait that was asked for is kept", async () => {
  const { clock, exporter, posted, end } = start((attempt) => (attempt === 1 ? { status: 429, retryAfterMs: 30_000 } : { status: 200 }));
  exporter.add(turn("a"));
  await clock.advance(gatherMs + 29_999);
  expect(posted).toEqual(["a"]);
  await clock.advance(1);
  expect(posted).toEqual(["a", "a"]);
  await end();
});

// Reaches delayMsMax.
test("whoever asks for a long wait is asked again after a minute", async () => {
  const { clock, exporter, posted, end } = start((attempt) => (attempt === 1 ? { status: 503, retryAfterMs: 3_600_000 } : { status: 200 }));
  exporter.add(turn("a"));
  await clock.advance(gatherMs + 59_999);
  expect(posted).toEqual(["a"]);
  await clock.advance(1);
  expect(posted).toEqual(["a", "a"]);
  await end();
});

test.each([400, 401, 301, 404, 500])("status %i is not tried again", async (status) => {
  const { clock, exporter, posted, count, end } = start(() => ({ status }));
  exporter.add(turn("a"));
  await clock.advance(600_000);
  expect([posted, count("dropped")]).toEqual([["a"], [{ labels: { reason: "refused" }, value: 1 }]]);
  await end();
});

test("a collector that takes a request and never answers is given up in time", async () => {
  const { clock, exporter, failures, posted, end } = start((_, signal) => never(signal));
  exporter.add(turn("a"));
  await clock.advance(gatherMs + requestMs);
  expect(failures).toEqual(["no answer in time"]);
  await clock.advance(1_000);
  expect(posted).toEqual(["a", "a"]);
  await end();
});

test("while nobody takes them, spans wait up to a bound; what comes then is dropped and counted, and nobody waits", async () => {
  const { clock, exporter, count, end } = start(() => ({ status: 503 }));
  for (let n = 0; n < 300; n++) exporter.add(turn(`t${n}`, 100));
  await clock.advance(gatherMs);
  expect(count("waiting")).toEqual([{ value: waitingSpansMax - 500 }]);
  expect(count("dropped")).toEqual([{ labels: { reason: "queue-full" }, value: 300 * 100 - waitingSpansMax }]);
  await end();
});

test("at the end what waits is sent once more, also what was being sent", async () => {
  let isUp = false;
  const { clock, exporter, posted, count, end } = start((_, signal) => (isUp ? { status: 200 } : never(signal)));
  exporter.add(turn("a"));
  await clock.advance(gatherMs);
  exporter.add(turn("b"));
  await end();
  isUp = true;
  await exporter.flush();
  expect([posted, count("sent"), clock.sleeping]).toEqual([["a", "a", "b"], [{ value: 2 }], 0]);
});

test("a dead collector holds the end up for no longer than its bound, and what is lost is counted", async () => {
  const { clock, exporter, count, end } = start((_, signal) => never(signal));
  for (const name of ["a", "b", "c"]) exporter.add(turn(name));
  await end();
  const flushed = exporter.flush();
  await clock.advance(flushMs);
  await flushed;
  expect([count("dropped"), count("waiting"), clock.sleeping]).toEqual([
    [{ labels: { reason: "unreachable" }, value: 3 }],
    [{ value: 0 }],
    0,
  ]);
});

test("an idle exporter sleeps for nothing, and leaves no listener behind with each turn", async () => {
  const { clock, exporter, posted, end } = start(() => ({ status: 200 }));
  await clock.advance(3_600_000);
  expect([clock.sleeping, posted]).toEqual([0, []]);
  exporter.add(turn("a"));
  await clock.advance(gatherMs);
  expect(posted).toEqual(["a"]);
  await end();
});
