import type { Database } from "bun:sqlite";
import type { RecordFilter, StoredRecord, TurnFilter, TurnSummary } from "./trace-store.ts";

interface Row {
  readonly [column: string]: string | number | null;
}

const select = "SELECT r.*, b.originalSize AS bodySizeBytes FROM records r LEFT JOIN bodies b ON b.hash = r.bodyHash";
const json = ["attributes", "links"];

/** A row as the record that it was: fields that it does not have are absent. */
function recordOf(row: Row): StoredRecord {
  const fields = Object.entries(row).flatMap(([name, value]) =>
    value === null ? [] : [[name, json.includes(name) ? parsed(value) : value]],
  );
  return Object.fromEntries(fields) as unknown as StoredRecord;
}

const parsed = (value: string | number): unknown => JSON.parse(String(value));

export const readTurn = (db: Database, turnId: string): readonly StoredRecord[] =>
  db.query<Row, [string]>(`${select} WHERE r.turnId = ? ORDER BY r.timestamp, r.rowid`).all(turnId).map(recordOf);

export const readSpan = (db: Database, spanId: string): readonly StoredRecord[] =>
  db.query<Row, [string]>(`${select} WHERE r.spanId = ? ORDER BY r.timestamp, r.rowid`).all(spanId).map(recordOf);

export const readErrors = (db: Database, { limit, since, before, name }: RecordFilter): readonly StoredRecord[] =>
  db
    .query<Row, Bound>(
      `${select} WHERE (r.status = 'error' OR r.level = 'error') AND r.timestamp >= $since AND r.timestamp < $before
        AND ($name IS NULL OR r.name = $name) ORDER BY r.timestamp DESC, r.rowid DESC LIMIT $limit`,
    )
    .all(bound({ limit, since, before, name }))
    .map(recordOf);

export const readSlow = (db: Database, { limit, since, before, name }: RecordFilter): readonly StoredRecord[] =>
  db
    .query<Row, Bound>(
      `${select} WHERE r.kind = 'span-close' AND r.timestamp >= $since AND r.timestamp < $before
        AND ($name IS NULL OR r.name = $name) ORDER BY r.durationMs DESC, r.rowid DESC LIMIT $limit`,
    )
    .all(bound({ limit, since, before, name }))
    .map(recordOf);

/** A turn whose opening was lost begins as long before its end as it took. */
export function readTurns(db: Database, { limit, before, since, conversationId, order, failed }: TurnFilter): readonly TurnSummary[] {
  const of = conversationId === undefined ? "" : "AND r.conversationId = $name";
  const opening = `r.kind = 'span-open' OR NOT EXISTS (SELECT 1 FROM records o WHERE o.spanId = r.spanId AND o.kind = 'span-open')`;
  const which = failed === true ? "r.kind = 'span-close' AND r.status = 'error'" : order === "slowest" ? "r.kind = 'span-close'" : opening;
  const rows = db
    .query<Row, Bound>(
      `SELECT r.turnId, r.spanId, r.conversationId, r.timestamp, r.attributes, r.kind, r.durationMs, r.status FROM records r
        WHERE r.name = 'turn' AND r.turnId IS NOT NULL AND r.timestamp < $before AND r.timestamp >= $since ${of} AND (${which})
        ORDER BY ${order === "slowest" ? "r.durationMs DESC" : "r.timestamp DESC"}, r.rowid DESC LIMIT $limit`,
    )
    .all(bound({ limit, before, since, name: conversationId }));
  const closing = db.query<Row, [string]>(
    "SELECT attributes, durationMs, status FROM records WHERE spanId = ? AND kind = 'span-close' LIMIT 1",
  );
  return rows.map((row) => summary(row, row.kind === "span-open" ? closing.get(String(row.spanId)) : row));
}

function summary(row: Row, close: Row | null): TurnSummary {
  const { turnId, spanId, conversationId, timestamp, kind } = row;
  const durationMs = Number(close?.durationMs ?? 0);
  return {
    turnId: String(turnId),
    spanId: String(spanId),
    ...(conversationId === null ? {} : { conversationId: String(conversationId) }),
    startedAt: kind === "span-open" ? Number(timestamp) : Number(timestamp) - durationMs,
    ...(close === null ? {} : { durationMs, status: close.status === "error" ? "error" : "ok" }),
    attributes: JSON.parse(String(close?.attributes ?? row.attributes ?? "{}")),
  };
}

type Bound = [{ readonly limit: number; readonly since: number; readonly before: number; readonly name: string | null }];
interface Wanted {
  readonly limit: number;
  readonly since: number | undefined;
  readonly before: number | undefined;
  readonly name: string | undefined;
}
const bound = ({ limit, since, before, name }: Wanted): Bound[0] => ({
  limit,
  since: since ?? Number.MIN_SAFE_INTEGER,
  before: before ?? Number.MAX_SAFE_INTEGER,
  name: name ?? null,
});
