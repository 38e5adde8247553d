import { appendFileSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { JournalRecord } from "@dispatch/journal-sink/record";
import { FakeClock } from "@dispatch/testkit";
import { openTraceStore, type TraceStore } from "@dispatch/trace-store";
import { Complaints } from "./complaints.ts";
import { JournalReader } from "./journal-reader.ts";

/** A journal in a folder of its own, written as the sink writes it, and a collector's parts beside it. */
export class Ground implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "dispatch-collector-"));
  readonly journal: string = join(this.folder, "app.ndjson");
  readonly db: string = join(this.folder, "traces.db");
  readonly clock: FakeClock = new FakeClock(1_000_000);
  readonly complaints: string[] = [];
  #open: (AsyncDisposable | undefined)[] = [];

  /** A collector that has just begun. `read` is one look. */
  async begin(
    decorate = (store: TraceStore): TraceStore => store,
  ): Promise<{ readonly store: TraceStore; read(): Promise<void>; end(): Promise<void> }> {
    const store = await openTraceStore(this.db, { now: () => this.clock.now() });
    const complaints = new Complaints((text) => void this.complaints.push(text), this.clock);
    const reader = new JournalReader({ journal: this.journal, store: decorate(store), complaints });
    this.#open.push(reader, store);
    return {
      store,
      read: () => reader.read(),
      end: async () => {
        this.#open = [];
        await reader[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
  }

  append(...texts: readonly (string | Uint8Array)[]): void {
    for (const text of texts) appendFileSync(this.journal, text);
  }

  /** As the sink does: the next number behind the highest. */
  rotate(): string {
    const numbers = readdirSync(this.folder).flatMap((name) => /^app\.ndjson\.(\d+)$/.exec(name)?.[1] ?? []);
    const path = `${this.journal}.${Math.max(0, ...numbers.map(Number)) + 1}`;
    renameSync(this.journal, path);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const open of this.#open) await open?.[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The store, which says each time before that member is called. */
export const watching =
  (watched: "insert" | "forget", calling: () => void) =>
  (store: TraceStore): TraceStore =>
    new Proxy(store, {
      get(target, name) {
        if (name === watched) calling();
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });

/** A record that is told from all others by its number, as a line. */
export const line = (n: number, more: Partial<JournalRecord> = {}): string => `${JSON.stringify(numbered(n, more))}\n`;

export const numbered = (n: number, more: Partial<JournalRecord> = {}): JournalRecord =>
  ({
    attributes: { n },
    extensionId: "test",
    kind: "log",
    level: "info",
    msg: "counted",
    timestamp: 1_000_000 + n,
    turnId: "t",
    ...more,
  }) as JournalRecord;

export const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, n) => line(from + n)).join("");

/** The numbers that are in the store, in its order. */
export const numbersIn = (store: TraceStore): readonly number[] => store.turn("t").map(({ attributes }) => Number(attributes?.n));

export const upTo = (to: number, from = 0): readonly number[] => Array.from({ length: to - from }, (_, n) => from + n);

export const nameOf = (path: string): string => basename(path);
