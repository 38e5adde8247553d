import type { Database, SQLQueryBindings } from "bun:sqlite";
import { type JournalRecord, maskedBodyHash, recordId } from "@dispatch/journal-sink/record";
import type { Bodies } from "./bodies.ts";
import type { Inserted } from "./trace-store.ts";

/** Puts records into their table, within the caller's transaction. */
export function recordInserter(db: Database, bodies: Bodies): (records: Iterable<JournalRecord>) => Inserted {
  const inserts = insertsOf(db);
  const refer = db.query("UPDATE records SET bodyHash = ? WHERE id = ?");
  return (records) => {
    const rows = new Rows(inserts);
    let inserted = 0;
    let refused = 0;
    for (const record of records) {
      const { body, timestamp } = record;
      const id = identify(record);
      if (id === undefined) {
        refused += 1;
        continue;
      }
      // Whether it is new is seen only when it goes alone.
      if (body !== undefined) inserted += rows.insert();
      rows.add(id, record);
      if (body === undefined && !rows.isFull) continue;
      const added = rows.insert();
      inserted += added;
      if (body !== undefined && added > 0) refer.run(bodies.keep(body, timestamp, hashBefore(record)), id);
    }
    return { inserted: inserted + rows.insert(), refused };
  };
}

/** JSON that is nested deeper than the stack is of no use to anybody, and must not stop those behind it. */
function identify(record: JournalRecord): string | undefined {
  try {
    return recordId(record);
  } catch {
    return undefined;
  }
}

const columns = [
  ...["id", "kind", "spanId", "parentSpanId", "conversationId", "turnId", "extensionId", "timestamp", "attributes"],
  ...["level", "msg", "name", "links", "durationMs", "status"],
];
/** How many rows a statement inserts: to run one costs as much as a row. */
const sizes = [32, 8, 1] as const;

interface Insert {
  readonly size: number;
  run(values: readonly SQLQueryBindings[]): number;
}

function insertsOf(db: Database): readonly Insert[] {
  const row = `(${columns.map(() => "?").join(", ")})`;
  return sizes.map((size) => {
    const statement = db.query(`INSERT OR IGNORE INTO records (${columns.join(", ")}) VALUES ${Array(size).fill(row).join(", ")}`);
    return { size, run: (values) => statement.run(...values).changes };
  });
}

/** Rows that wait for one another. */
class Rows {
  readonly #inserts: readonly Insert[];
  #values: SQLQueryBindings[] = [];

  constructor(inserts: readonly Insert[]) {
    this.#inserts = inserts;
  }

  get isFull(): boolean {
    return this.#values.length === sizes[0] * columns.length;
  }

  add(id: string, record: JournalRecord): void {
    const { kind, spanId = null, parentSpanId = null, conversationId = null, turnId = null, extensionId, timestamp } = record;
    const attributes = record.attributes === undefined ? null : JSON.stringify(record.attributes);
    this.#values.push(id, kind, spanId, parentSpanId, conversationId, turnId, extensionId, timestamp, attributes);
    if (record.kind === "log") {
      this.#values.push(record.level, record.msg, null, null, null, null);
      return;
    }
    const links = record.links === undefined ? null : JSON.stringify(record.links);
    if (record.kind === "span-open") this.#values.push(null, null, record.name, links, null, null);
    else this.#values.push(null, null, record.name, links, record.durationMs, record.status);
  }

  /** All that were added. Gives how many of them were new. */
  insert(): number {
    const values = this.#values;
    this.#values = [];
    let added = 0;
    let from = 0;
    for (const { size, run } of this.#inserts)
      for (let to = from + size * columns.length; to <= values.length; from = to, to += size * columns.length)
        added += run(to - from === values.length ? values : values.slice(from, to));
    return added;
  }
}

function hashBefore({ attributes }: JournalRecord): string | undefined {
  const hash = attributes?.[maskedBodyHash];
  return typeof hash === "string" ? hash : undefined;
}
