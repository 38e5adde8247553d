import type { Database } from "bun:sqlite";

/** One step of the schema. It may be interrupted at any statement: it runs in one transaction with the bump of `user_version`. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Database): void;
}

/** "DSPC": tells our files from those of other programs. */
export const applicationId = 0x44535043;

/**
 * One table for every owner, the owner as a small number: an owner's name is data and never becomes SQL, and a commit costs the same as with a
 * table each.
 */
const entriesByOwner: Migration = {
  version: 1,
  name: "entries-by-owner",
  up(db) {
    db.run(`PRAGMA application_id = ${applicationId}`);
    db.run("CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT");
    db.run(`CREATE TABLE entry (
      owner INTEGER NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (owner, key)
    ) STRICT, WITHOUT ROWID`);
  },
};

/** Only ever added to. */
export const migrations: readonly Migration[] = [entriesByOwner];

/** Brings the database up to the last migration, each in a transaction of its own. */
export function migrate(db: Database, steps: readonly Migration[] = migrations): void {
  for (const step of steps.filter(({ version }) => version > schemaVersion(db))) {
    const apply = db.transaction(() => {
      step.up(db);
      db.run(`PRAGMA user_version = ${step.version}`);
    });
    apply.immediate();
  }
}

export function schemaVersion(db: Database): number {
  return numberOf(db, "PRAGMA user_version");
}

export function numberOf(db: Database, sql: string): number {
  return Number(db.query<unknown, []>(sql).values()[0]?.[0]);
}
