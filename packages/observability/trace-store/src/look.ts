import type { Database } from "bun:sqlite";

export const columnsOf = (db: Database, table: string): readonly string[] =>
  db
    .query<{ name: string }, []>(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name }) => name);

/** The one number that a query gives. */
export function numberOf(db: Database, sql: string): number {
  return Number(db.query<unknown, []>(sql).values()[0]?.[0]);
}
