import { asFault, fault, runTurn } from "@dispatch/kernel";
import { enact, goldenScenes, play, turnPlan } from "@dispatch/kernel/fixture";
import fc from "fast-check";
import { expect, test } from "vitest";
import { eventLines, eventsOf, type Played, playRecording, type RecordedPage, recordTurn, type TurnLoop } from "./index.ts";

const atRest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A loop that records, and what it has recorded, read back from JSON as from a journal. */
function recorder() {
  const pages: string[] = [];
  const loop: TurnLoop = (turn, ports) =>
    recordTurn(runTurn, turn, ports, { atRest, asFault, keep: (page) => pages.push(JSON.stringify(page)) });
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
      const { loop, pages } = recorder();
      const { ndjson, items } = await enact(plan, loop);
      const replayed = await replay(pages());
      expect(replayed.stuck).toBeUndefined();
      expect(ndjsonOf(replayed)).toBe(ndjson);
      expect(eventLines(pages())).toEqual(eventsOf(items).map((event) => JSON.stringify(event)));
    }),
    { numRuns: 300 },
  ),
);
