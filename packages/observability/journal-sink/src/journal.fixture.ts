import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "@dispatch/testkit";
import { type Journal, type JournalOptions, openJournal } from "./index.ts";
import { type JournalRecord, parseRecord } from "./record.ts";

/** A journal in a folder of its own, on a clock that stands still. */
export interface TestJournal extends AsyncDisposable {
  readonly journal: Journal;
  readonly folder: string;
  readonly path: string;
  readonly clock: FakeClock;
  readonly complaints: readonly string[];
  /** Every line of a file; of the active segment, unless another is named. */
  lines(path?: string): Promise<readonly string[]>;
  /** The same as records; a line that is none fails. */
  records(path?: string): Promise<readonly JournalRecord[]>;
}

export async function testJournal(options: Partial<JournalOptions> & { readonly at?: string } = {}): Promise<TestJournal> {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-journal-"));
  const path = join(folder, options.at ?? "journal/app.ndjson");
  const clock = new FakeClock(1_000);
  const complaints: string[] = [];
  const journal = await openJournal({ path, clock, secrets: () => [], complain: (text) => complaints.push(text), ...options });
  const lines = async (file = path) => (await readFile(file, "utf8")).split("\n").slice(0, -1);
  return {
    journal,
    folder,
    path,
    clock,
    complaints,
    lines,
    records: async (file) => (await lines(file)).map(recordOf),
    async [Symbol.asyncDispose]() {
      await journal[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function recordOf(line: string): JournalRecord {
  const record = parseRecord(line);
  if (record === undefined) throw new Error(`no record: ${line}`);
  return record;
}

export const messages = (records: readonly JournalRecord[]): readonly string[] =>
  records.map((record) => (record.kind === "log" ? record.msg : `${record.kind} ${record.name}`));
