import { asFault, fault, runTurn, type TurnPorts } from "@dispatch/kernel";
import { enact, goldenScenes, play, turnPlan } from "@dispatch/kernel/fixture";
import { part } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  eventLines,
  eventsOf,
  type Played,
  playRecording,
  type RecordedPage,
  recordingCharsMax,
  recordTurn,
  type TurnLoop,
} from "./index.ts";

const atRest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A loop that records, and what it has recorded, read back from JSON as from a journal. */
function recorder({ ticking = false } = {}) {
  const pages: string[] = [];
  let readings = 0;
  const clockOf = ({ clock }: TurnPorts) =>
    ticking ? { ...clock, sleep: clock.sleep.bind(clock), now: () => 0, monotonic: () => clock.monotonic() + 0.1 * ++readings } : clock;
  const loop: TurnLoop = (turn, ports) =>
    recordTurn(runTurn, turn, { ...ports, clock: clockOf(ports) }, { atRest, asFault, keep: (page) => pages.push(JSON.stringify(page)) });
  return { loop, pages: () => pages.map((page) => JSON.parse(page) as RecordedPage) };
}

const replay = (pages: readonly RecordedPage[]) => playRecording(pages, { loop: runTurn, atRest, fault });
const ndjsonOf = ({ items, outcome }: Played) => [...items, { outcome }].map((line) => `${JSON.stringify(line)}\n`).join("");

for (const [name, { title, scene }] of Object.entries(goldenScenes)) {
  test(`recorded and replayed: ${title}`, async () => {
    const { loop, pages } = recorder();
    const { ndjson, items } = await play({ ...scene(), loop });
    await expect(ndjson, "recording changes nothing").toMatchFileSnapshot(`../../../kernel/src/turn/golden/${name}.ndjson`);
    const replayed = await replay(pages());
    expect(replayed.stuck).toBeUndefined();
    expect(ndjsonOf(replayed)).toBe(ndjson);
    expect(eventLines(pages())).toEqual(eventsOf(items).map((event) => JSON.stringify(event)));
  });
}

test("any turn, recorded and replayed, gives the same bytes", { timeout: 120_000 }, () =>
  fc.assert(
    fc.asyncProperty(turnPlan, async (plan) => {
      const { loop, pages } = recorder({ ticking: plan.steers });
      const { ndjson, items } = await enact(plan, loop);
      const replayed = await replay(pages());
      expect(replayed.stuck).toBeUndefined();
      expect(ndjsonOf(replayed)).toBe(ndjson);
      expect(eventLines(pages())).toEqual(eventsOf(items).map((event) => JSON.stringify(event)));
    }),
    { numRuns: 300 },
  ),
);

test("a stop that meets live output and the end of the model's stream is replayed where it came", async () => {
  const settle = () => atRest();
  const look = part.call("a", "look", { path: "stream" });
  for (let round = 0; round < 100; round++) {
    const { loop, pages } = recorder();
    const plan = { answers: [[look, settle]], maxConcurrent: 0, eager: true, stepsMax: 2, stopAt: 3, steers: false, deaf: false };
    const { ndjson } = await enact(plan, loop);
    expect(ndjsonOf(await replay(pages()))).toBe(ndjson);
  }
});

test("a recording that is longer than recordings may be says so, and the turn goes on", async () => {
  const { loop, pages } = recorder();
  const long = "x".repeat(recordingCharsMax / 4);
  const { items } = await play({ answers: () => [[...Array.from({ length: 6 }, () => part.text(long)), part.finish("stop")]], loop });
  expect(items.filter(({ type }) => type === "text-delta")).toHaveLength(6);
  const kept = pages();
  expect(kept.at(-1)?.end).toEqual({ incomplete: true, reason: "stop", events: 9 });
  expect(JSON.stringify(kept).length).toBeLessThan(1.1 * recordingCharsMax);
});

test("a recording that breaks off is stuck, not hanging", async () => {
  const { loop, pages } = recorder();
  await play({ answers: () => [[part.text("Hello"), part.finish("stop")]], loop });
  const [page] = pages();
  expect(page).toBeDefined();
  const { stuck } = await replay([{ ...(page as RecordedPage), inputs: (page as RecordedPage).inputs.slice(0, -1) }]);
  expect(stuck).toBe("The turn waits for more than was recorded.");
  expect((await replay([])).stuck).toBe("The recording has no beginning.");
});
