import type { Migration } from "./migrations.ts";

const statements = [
  "CREATE TABLE moved (owner INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, key)) STRICT, WITHOUT ROWID",
  "INSERT INTO moved SELECT owner, 'moved/' || key, value FROM entry",
  "DROP TABLE entry",
  "ALTER TABLE moved RENAME TO entry",
];
export const statementsMax = statements.length;

/** A second version of the schema for tests: puts `moved/` before every key, and stops after some statements by `stop`. */
export const rename = (after: number, stop: () => void): Migration => ({
  version: 2,
  name: "rename",
  up(db) {
    for (const [done, sql] of statements.entries()) {
      if (done === after) stop();
      db.run(sql);
    }
    if (after === statementsMax) stop();
  },
});
