import type { Json } from "./json.ts";

/**
 * An ordered map with atomic commits. Keys are 1 to `storeKeyBytesMax` printable ASCII characters, so that every backend sorts them alike:
 * by byte value. A value is any JSON value; `undefined` is absence.
 * Faults: `store/conflict` (conflict) when a check failed; `store/bad-key`, `store/bad-value` (not JSON) and `store/bad-range` (limit), all invalid;
 * `store/unavailable` (unavailable) when the backend failed or is closed.
 */
export interface Store {
  get(key: string): Promise<Json | undefined>;
  /** A snapshot per page, not over the whole scan: entries written behind the cursor are not seen. */
  scan(range: Range): AsyncIterable<Entry>;
  /** All writes land or none does. Writes apply in order; a check sees the state before the commit. */
  commit(writes: readonly Write[]): Promise<void>;
}

export interface Range {
  readonly prefix: string;
  /** Exclusive. Ascending: keys greater than it; descending: keys less than it. */
  readonly after?: string;
  /** At least 1. */
  readonly limit?: number;
  readonly order?: "ascending" | "descending";
}

export interface Entry {
  readonly key: string;
  readonly value: Json;
}

export type Write =
  | { readonly put: string; readonly value: Json }
  | { readonly remove: string }
  /** Refuses the whole commit unless the key holds exactly this value. */
  | { readonly check: string; readonly is: Json | undefined };

/** One keyspace an owner. Opening the same owner twice gives the same data. */
export interface Storage extends AsyncDisposable {
  open(owner: string): Promise<Store>;
}

export const storeKeyBytesMax = 512;
