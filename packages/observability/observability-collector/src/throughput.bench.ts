import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openJournal } from "@dispatch/journal-sink";
import { openTraceStore } from "@dispatch/trace-store";
import { collect } from "./collect.ts";

/** Rows a second, from a journal that lies there to the store: `bin/bun packages/observability/observability-collector/src/throughput.bench.ts`. Aim: 300,000. */
const recordsMax = 300_000;
const burst = 20_000;
const rounds = 3;

const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: (ms: number) => sleep(ms, undefined, { ref: false }) };
const place = { conversationId: "0192f7a0-1111-7abc-8def-0123456789ab", turnId: "0192f7a0-2222-7abc-8def-0123456789ab" };
const folder = await mkdtemp(join(tmpdir(), "dispatch-collector-bench-"));
const complain = (text: string) => void process.stderr.write(`${text}\n`);

const kinds = ["messages", "spans of turns"] as const;
for (const kind of kinds) {
  const path = join(folder, kind, "app.ndjson");
  await write(path, kind === "messages");
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) rates.push(await rate(path, join(folder, `${kind}-${round}.db`)));
  process.stdout.write(`${kind.padEnd(20)} ${Math.max(...rates).toLocaleString("en")} rows/s (best of ${rounds})\n`);
}
await rm(folder, { recursive: true });

async function write(path: string, messages: boolean): Promise<void> {
  await using journal = await openJournal({ path, clock, secrets: () => [], complain });
  const log = journal.log.named("turn-trace");
  for (let n = 0; n < recordsMax; n += messages ? 1 : 2) {
    if (n % burst === 0) await journal.flush();
    if (messages) log.debug("step-settled", { n });
    else log.span("tool-call", { n, name: "read_file", toolCallId: `call_${n}` }, place).end("ok", { contentLength: n, isError: false });
  }
}

async function rate(journal: string, db: string): Promise<number> {
  const began = performance.now();
  // Told to end at once, it reads what there is.
  await collect({ ...{ journal, db, intervalMs: 250, pruneIntervalMs: 60_000, clock, complain }, signal: AbortSignal.abort() });
  const tookMs = performance.now() - began;
  await using store = await openTraceStore(db, { readonly: true });
  return Math.round((store.stats().records * 1_000) / tookMs);
}
