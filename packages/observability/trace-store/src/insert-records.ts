import type { Database } from "bun:sqlite";
import { type JournalRecord, maskedBodyHash, recordId } from "@dispatch/journal-sink/record";
import type { Bodies } from "./bodies.ts";
import type { Inserted } from "./trace-store.ts";

/** Puts records into their table, within the caller's transaction. */
export function recordInserter(db: Database, bodies: Bodies): (records: Iterable<JournalRecord>) => Inserted {
  const insert = inserts(db);
  return (records) => {
    let inserted = 0;
    let refused = 0;
    for (const record of records) {
      const id = identify(record);
      if (id === undefined) refused += 1;
      else inserted += insert(id, record, bodies);
    }
    return { inserted, refused };
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

const common = "id, spanId, parentSpanId, conversationId, turnId, extensionId, timestamp, attributes";

/** A statement for each kind of record: what it never has is not bound. */
function inserts(db: Database): (id: string, record: JournalRecord, bodies: Bodies) => number {
  const statement = (kind: JournalRecord["kind"], more: readonly string[]) =>
    db.query(
      `INSERT OR IGNORE INTO records (kind, ${[common, ...more].join(", ")}) VALUES ('${kind}', ${Array(8 + more.length)
        .fill("?")
        .join(", ")})`,
    );
  const log = statement("log", ["level", "msg"]);
  const open = statement("span-open", ["name", "links"]);
  const close = statement("span-close", ["name", "links", "durationMs", "status"]);
  const refer = db.query("UPDATE records SET bodyHash = ? WHERE id = ?");
  return (id, record, bodies) => {
    const { spanId = null, parentSpanId = null, conversationId = null, turnId = null, extensionId, timestamp, body } = record;
    const attributes = record.attributes === undefined ? null : JSON.stringify(record.attributes);
    const run = (): number => {
      if (record.kind === "log")
        return log.run(id, spanId, parentSpanId, conversationId, turnId, extensionId, timestamp, attributes, record.level, record.msg)
          .changes;
      const links = record.links === undefined ? null : JSON.stringify(record.links);
      if (record.kind === "span-open")
        return open.run(id, spanId, parentSpanId, conversationId, turnId, extensionId, timestamp, attributes, record.name, links).changes;
      const { name, durationMs, status } = record;
      return close.run(
        ...[id, spanId, parentSpanId, conversationId, turnId, extensionId, timestamp, attributes],
        ...[name, links, durationMs, status],
      ).changes;
    };
    const inserted = run();
    if (inserted > 0 && body !== undefined) refer.run(bodies.keep(body, timestamp, hashBefore(record)), id);
    return inserted;
  };
}

function hashBefore({ attributes }: JournalRecord): string | undefined {
  const hash = attributes?.[maskedBodyHash];
  return typeof hash === "string" ? hash : undefined;
}
