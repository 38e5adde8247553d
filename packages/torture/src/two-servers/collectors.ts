import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@dispatch/host-bin";
import { openJournal } from "@dispatch/journal-sink";
import { openTraceStore } from "@dispatch/trace-store";
import { startChild } from "../children.ts";
import { patience } from "../patience.ts";

const program = join(import.meta.dirname, "../../../host-bin/src/main.ts");
const pieceRecords = 100;
const lookMs = 50;
const turnId = "torture-turn";

/**
 * Two collectors move one journal into one trace store; in the middle one is killed, and another begins. Every record is there once, the store is
 * sound, and each ends in order when it is told to. Gives every sentence that is not true.
 */
export async function collectTwice(records: number): Promise<readonly string[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-torture-")));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  const [path, db] = [join(folder, "app.ndjson"), join(folder, "traces.db")];
  const start = () => startChild(program, { args: ["collect", "--journal", path, "--db", db, "--interval", "5"], cwd: folder });
  const wrong: string[] = [];
  const complain = (text: string) => void wrong.push(`the journal complains: ${text}`);
  await using journal = await openJournal({ path, clock: systemClock, secrets: () => [], complain });
  const log = journal.log.named("torture");
  const write = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      log.info("written", { n }, { turnId });
      if (n % pieceRecords === 0) await journal.flush();
    }
    await journal.flush();
  };
  const [first, second] = [start(), start()];
  await write(0, records / 2);
  await stored(db, 1);
  second.kill("SIGKILL");
  const third = start();
  await write(records / 2, records);
  const count = await stored(db, records);
  for (const collector of [first, third]) {
    collector.kill("SIGTERM");
    const code = await collector.exited;
    if (code !== 0) wrong.push(`a collector ended with ${code}: ${await new Response(collector.stderr).text()}`);
  }
  await second.exited;
  await using store = await openTraceStore(db, { readonly: true });
  const numbers = store.turn(turnId).map(({ attributes }) => Number(attributes?.n));
  if (numbers.length !== records || new Set(numbers).size !== records)
    wrong.push(`of ${records} records ${numbers.length} are stored, ${new Set(numbers).size} of them different; ${count} were seen`);
  return [...wrong, ...store.check()];
}

/** Waits until so many are stored, as long as anybody would. */
async function stored(db: string, records: number): Promise<number> {
  using waiting = patience(() => 0);
  for (;;) {
    const count = await countIn(db);
    if (count >= records || waiting.signal.aborted) return count;
    await Bun.sleep(lookMs);
  }
}

async function countIn(db: string): Promise<number> {
  try {
    await using store = await openTraceStore(db, { readonly: true });
    return store.turn(turnId).length;
  } catch {
    // It is not there yet.
    return 0;
  }
}
