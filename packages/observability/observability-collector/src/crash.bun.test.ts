import { openTraceStore } from "@dispatch/trace-store";
import { expect, test } from "vitest";
import { Ground, lines, numbersIn, upTo } from "./journal.fixture.ts";

const killsMax = 30;
const recordsMax = 100_000;
const segmentRecords = 1_000;
const pieceRecords = 100;
const moments = ["before", "within", "after"] as const;

/** The same numbers at every run. */
function* seeded(seed: number): Generator<number, never, void> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function startCollector(ground: Ground, ...doom: readonly string[]) {
  const script = new URL("doomed-collector.fixture.ts", import.meta.url).pathname;
  return Bun.spawn([process.execPath, "--no-env-file", "--no-install", script, ground.journal, ground.db, ...doom], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test(`killed at ${killsMax} points while ${recordsMax} records flow through rotations, the collector loses none and stores none twice`, async () => {
  await using ground = new Ground();
  const random = seeded(4);
  const pick = (choices: number) => Math.floor(random.next().value * choices);
  let written = 0;
  const write = async (upTo: number) => {
    for (; written < upTo; written += pieceRecords) {
      ground.append(lines(written, written + pieceRecords));
      if ((written + pieceRecords) % segmentRecords === 0) ground.rotate();
      await new Promise(setImmediate);
    }
  };
  const fates: string[] = [];
  for (let kill = 1; kill <= killsMax; kill++) {
    const moment = moments[pick(moments.length)] ?? "after";
    const child = startCollector(ground, String(1 + pick(3)), moment);
    await write(Math.round((recordsMax / (killsMax + 1) / pieceRecords) * kill) * pieceRecords);
    await child.exited;
    fates.push(String(child.signalCode));
  }
  const last = startCollector(ground);
  await write(recordsMax);
  await last.stdout.getReader().read();
  last.kill("SIGTERM");
  expect([await last.exited, await new Response(last.stderr).text()]).toEqual([0, ""]);
  expect(fates).toEqual(Array(killsMax).fill("SIGKILL"));
  await using store = await openTraceStore(ground.db, { readonly: true });
  // Told in a line: a list of what differs would have 100,000.
  expect(numbersIn(store).join() === upTo(recordsMax).join()).toBe(true);
  expect([store.stats().records, store.check()]).toEqual([recordsMax, []]);
});
