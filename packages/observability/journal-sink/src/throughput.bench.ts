import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openJournal } from "./journal.ts";

/** Lines a second, from the call to the file: `bin/bun packages/observability/journal-sink/src/throughput.bench.ts`. Aim: 1,000,000 short ones. */
const linesMax = 1_000_000;
const burst = 20_000;
const rounds = 5;

const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: (ms: number) => sleep(ms, undefined, { ref: false }) };
const place = { conversationId: "0192f7a0-1111-7abc-8def-0123456789ab", turnId: "0192f7a0-2222-7abc-8def-0123456789ab" };
const folder = await mkdtemp(join(tmpdir(), "dispatch-journal-bench-"));
const secrets = ["a-key-of-the-bench", "another/secret+value=="];
const complain = (text: string) => void process.stderr.write(`${text}\n`);
const journal = await openJournal({ path: join(folder, "app.ndjson"), clock, secrets: () => secrets, complain });
const log = journal.log.named("session-orchestrator");

const kinds: { readonly [name: string]: (count: number) => void } = {
  "a message": () => log.debug("step-settled"),
  "with attributes": (count) => log.debug("step-settled", { count, model: "opencode/deepseek-v4-flash" }),
  "of a turn, with attributes": (count) => log.debug("step-settled", { count, model: "opencode/deepseek-v4-flash" }, place),
};
for (const [name, tell] of Object.entries(kinds)) {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) rates.push(await rate(tell));
  process.stdout.write(`${name.padEnd(30)} ${Math.max(...rates).toLocaleString("en")} lines/s (best of ${rounds})\n`);
}
process.stdout.write(`dropped ${journal.stats().dropped}\n`);
await journal[Symbol.asyncDispose]();
await rm(folder, { recursive: true });

async function rate(tell: (count: number) => void): Promise<number> {
  const began = performance.now();
  for (let count = 0; count < linesMax; count += 1) {
    if (count % burst === 0) await journal.flush();
    tell(count);
  }
  await journal.flush();
  return Math.round((linesMax * 1_000) / (performance.now() - began));
}
