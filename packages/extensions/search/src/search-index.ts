import type { Database } from "bun:sqlite";
import { closeIndexFile } from "./index-file.ts";
import { markEnd, markStart, withoutMarks } from "./marked-snippet.ts";
import type { Passage } from "./passages.ts";
import type { Hit } from "./rank-hits.ts";
import { separateLetters } from "./separate-letters.ts";

/** A conversation as the index knows it. */
export interface Known {
  readonly id: string;
  readonly title: string;
  readonly workspace: string;
  readonly status: string;
  /** Everything up to here is in the index. */
  readonly seq: number;
  /** The message of the last chunk that is in it; empty: there is none. */
  readonly anchor: string;
  /** The conversation's last activity when all of it was in; `null`: it is not. */
  readonly wholeAt: number | null;
}

export interface Share extends Known {
  readonly activeAt: number;
  /** An archive is called what another conversation is called. */
  readonly ownTitle: boolean;
  readonly passages: readonly Passage[];
}

export interface Found {
  readonly conversationId: string;
  readonly seq: number;
  readonly kind: string;
  readonly role: string;
  readonly messageId: string;
  /** With marks around what matched. */
  readonly marked: string;
}

export interface Filter {
  readonly workspaceId?: string | undefined;
  readonly statuses?: readonly string[] | undefined;
}

/** Rows that one slice takes out. */
const forgottenMax = 20;
/** Pages that one commit merges: more than it adds, so that what a query must visit stays little. */
const mergedPagesMax = 16;
/** The newest matches that are ranked, and those among which a filter looks for them. */
const rankedMax = 1_000;
const filteredMax = 10_000;
const snippetTokens = 32;

/** The tables of the index. Every change is one transaction; throws what SQLite throws. */
export class SearchIndex {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #store: (share: Share, place: Place) => void;
  readonly #forget: (id: string) => boolean;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepare(db);
    this.#store = db.transaction((share: Share, place: Place) => this.#write(share, place)).immediate;
    this.#forget = db.transaction((id: string) => this.#takeOut(id)).immediate;
  }

  known(id: string): Known | undefined {
    return this.#statements.known.get(id) ?? undefined;
  }

  /** Those whose id begins so. */
  knownBeginning(prefix: string): readonly Known[] {
    return this.#statements.beginning.all(prefix, `${prefix}\u{7f}`);
  }

  /** Of new conversations and new messages the latest stand first; what is made up for stands behind all there is. */
  store(share: Share, place: Place): void {
    this.#store(share, place);
  }

  /** Takes out a part. True: nothing is left. */
  forget(id: string): boolean {
    return this.#forget(id);
  }

  hits(expression: string, { workspaceId, statuses }: Filter): readonly Hit[] {
    const { newest, filtered, ranked } = this.#statements;
    const unfiltered = workspaceId === undefined && statuses === undefined;
    const ids = unfiltered
      ? newest.values(expression, rankedMax)
      : filtered.values(expression, filteredMax, workspaceId ?? null, statuses === undefined ? null : JSON.stringify(statuses), rankedMax);
    return ranked.all(
      ...within(
        expression,
        ids.map(([id]) => id as number),
      ),
    );
  }

  /** In the order of the passages given. */
  show(expression: string, passages: readonly number[]): readonly Found[] {
    const rows = this.#statements.shown.all(...within(expression, passages));
    const byPassage = new Map(rows.map((row) => [row.passage, row]));
    return passages.flatMap((passage) => byPassage.get(passage) ?? []);
  }

  close(): void {
    for (const statement of Object.values(this.#statements)) statement.finalize();
    closeIndexFile(this.#db);
  }

  #write(
    { id: conversationId, title, workspace, status, activeAt, seq: upTo, anchor, wholeAt, ownTitle, passages }: Share,
    place: Place,
  ): void {
    const { put, addPlace, addPassage, addWords, last, first, merge } = this.#statements;
    const before = this.#statements.known.get(conversationId);
    const { n } = put.get(conversationId, title, workspace, status, activeAt, upTo, anchor, wholeAt) ?? { n: 0 };
    const named = before?.title === title || !ownTitle;
    if (!named) this.#takeOutRows(n, 0, 0);
    const all = named ? passages : [titlePassage(title), ...passages];
    let id = place === "front" ? (last.get()?.id ?? 0) + 1 : (first.get()?.id ?? 1) - all.length;
    for (const { seq, kind, role, messageId, text } of all) {
      const words = separateLetters(withoutMarks(text));
      addPlace.run(id, n, seq, kind, role, messageId);
      addPassage.run(id, words);
      addWords.run(id, words);
      id++;
    }
    if (all.length > 0) merge.run(mergedPagesMax);
  }

  #takeOut(id: string): boolean {
    const n = this.#statements.number.get(id)?.n;
    if (n === undefined) return true;
    const gone = this.#takeOutRows(n, 0, Number.MAX_SAFE_INTEGER);
    if (gone === forgottenMax) return false;
    this.#statements.remove.run(n);
    return true;
  }

  #takeOutRows(n: number, from: number, to: number): number {
    const rows = this.#statements.rows.all(n, from, to, forgottenMax);
    for (const { id, text } of rows) {
      this.#statements.removeWords.run(id, text);
      this.#statements.removePassage.run(id);
      this.#statements.removePlace.run(id);
    }
    return rows.length;
  }
}

export type Place = "front" | "back";

const titlePassage = (title: string): Passage => ({ seq: 0, kind: "title", role: "", messageId: "", text: title });

/** The range lets the index skip what lies outside of it. */
function within(expression: string, ids: readonly number[]): [string, number, number, string] {
  return [expression, Math.min(...ids, Number.MAX_SAFE_INTEGER), Math.max(...ids, Number.MIN_SAFE_INTEGER), JSON.stringify(ids)];
}

type Values = (string | number | null)[];

function prepare(db: Database) {
  const knownColumns = "id, title, workspace, status, seq, anchor, whole_at AS wholeAt";
  const among = "word MATCH ? AND rowid BETWEEN ? AND ? AND +rowid IN (SELECT value FROM json_each(?))";
  return {
    known: db.prepare<Known, [string]>(`SELECT ${knownColumns} FROM conversation WHERE id = ?`),
    beginning: db.prepare<Known, [string, string]>(`SELECT ${knownColumns} FROM conversation WHERE id >= ? AND id < ?`),
    number: db.prepare<{ n: number }, [string]>("SELECT n FROM conversation WHERE id = ?"),
    put: db.prepare<{ n: number }, Values>(
      `INSERT INTO conversation (id, title, workspace, status, active_at, seq, anchor, whole_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET title = excluded.title, workspace = excluded.workspace, status = excluded.status,
         active_at = excluded.active_at, seq = excluded.seq, anchor = excluded.anchor, whole_at = excluded.whole_at RETURNING n`,
    ),
    remove: db.prepare<unknown, [number]>("DELETE FROM conversation WHERE n = ?"),
    last: db.prepare<{ id: number | null }, []>("SELECT max(id) AS id FROM place"),
    first: db.prepare<{ id: number | null }, []>("SELECT min(id) AS id FROM place"),
    addPlace: db.prepare<unknown, Values>("INSERT INTO place (id, conversation, seq, kind, role, message) VALUES (?, ?, ?, ?, ?, ?)"),
    addPassage: db.prepare<unknown, [number, string]>("INSERT INTO passage (id, text) VALUES (?, ?)"),
    addWords: db.prepare<unknown, [number, string]>("INSERT INTO word (rowid, text) VALUES (?, ?)"),
    merge: db.prepare<unknown, [number]>("INSERT INTO word (word, rank) VALUES ('merge', ?)"),
    rows: db.prepare<{ id: number; text: string }, Values>(
      "SELECT id, text FROM place JOIN passage USING (id) WHERE conversation = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?",
    ),
    removePassage: db.prepare<unknown, [number]>("DELETE FROM passage WHERE id = ?"),
    removePlace: db.prepare<unknown, [number]>("DELETE FROM place WHERE id = ?"),
    removeWords: db.prepare<unknown, [number, string]>("INSERT INTO word (word, rowid, text) VALUES ('delete', ?, ?)"),
    newest: db.prepare<unknown, [string, number]>("SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid DESC LIMIT ?"),
    // CROSS keeps the order in which they stand: from the matches to their places.
    filtered: db.prepare<unknown, [string, number, string | null, string | null, number]>(
      `SELECT place.id FROM (SELECT rowid AS id FROM word WHERE word MATCH ?1 ORDER BY rowid DESC LIMIT ?2) AS found
       CROSS JOIN place ON place.id = found.id CROSS JOIN conversation ON conversation.n = place.conversation
       WHERE (?3 IS NULL OR workspace = ?3) AND (?4 IS NULL OR status IN (SELECT value FROM json_each(?4)))
       ORDER BY place.id DESC LIMIT ?5`,
    ),
    ranked: db.prepare<Hit, [string, number, number, string]>(
      `SELECT place.id AS passage, conversation.n AS conversation, place.seq AS seq, kind, role, active_at AS lastActivityAt, distance
       FROM (SELECT rowid AS id, bm25(word) AS distance FROM word WHERE ${among}) AS found
       CROSS JOIN place ON place.id = found.id CROSS JOIN conversation ON conversation.n = place.conversation`,
    ),
    shown: db.prepare<Found & { readonly passage: number }, [string, number, number, string]>(
      `SELECT place.id AS passage, conversation.id AS conversationId, place.seq AS seq, kind, role, message AS messageId, marked
       FROM (SELECT rowid AS id, snippet(word, 0, '${markStart}', '${markEnd}', '…', ${snippetTokens}) AS marked FROM word WHERE ${among}) AS found
       CROSS JOIN place ON place.id = found.id CROSS JOIN conversation ON conversation.n = place.conversation`,
    ),
  };
}
