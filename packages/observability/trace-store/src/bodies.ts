import type { Database } from "bun:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { bodyHash } from "@dispatch/journal-sink/record";

const plainBytesMax = 1_024;
/** Text that repeats itself shrinks at the quickest level nearly as much as at any other. */
const gzipLevel = 1;

/** Every distinct text once, by its hash; compressed when it is long and that saves anything. */
export class Bodies {
  readonly #use;
  readonly #insert;
  readonly #mask;
  readonly #byHash;
  readonly #maskedAs;

  constructor(db: Database) {
    this.#use = db.query("UPDATE bodies SET lastUsed = max(lastUsed, ?) WHERE hash = ?");
    this.#insert = db.query("INSERT INTO bodies (hash, isCompressed, originalSize, storedSize, lastUsed, body) VALUES (?, ?, ?, ?, ?, ?)");
    this.#mask = db.query("INSERT OR REPLACE INTO masked (hash, bodyHash) VALUES (?, ?)");
    this.#byHash = db.query<{ body: Uint8Array | string; isCompressed: number }, [string]>(
      "SELECT body, isCompressed FROM bodies WHERE hash = ?",
    );
    this.#maskedAs = db.query<{ bodyHash: string }, [string]>("SELECT bodyHash FROM masked WHERE hash = ?");
  }

  /** The hash under which the text stands. `askedAs`: the hash by which others ask for it, when that is not its own. */
  keep(text: string, timestamp: number, askedAs?: string): string {
    const hash = bodyHash(text);
    if (askedAs !== undefined && askedAs !== hash) this.#mask.run(askedAs, hash);
    if (this.#use.run(timestamp, hash).changes > 0) return hash;
    const bytes = Buffer.from(text);
    const packed = bytes.byteLength > plainBytesMax ? gzipSync(bytes, { level: gzipLevel }) : bytes;
    const isCompressed = packed.byteLength < bytes.byteLength;
    const stored = isCompressed ? packed : bytes;
    this.#insert.run(hash, isCompressed ? 1 : 0, bytes.byteLength, stored.byteLength, timestamp, stored);
    return hash;
  }

  text(hash: string): string | undefined {
    const row = this.#byHash.get(hash);
    if (row !== null) return bodyText(row.body, row.isCompressed === 1);
    const masked = this.#maskedAs.get(hash);
    return masked === null || masked.bodyHash === hash ? undefined : this.text(masked.bodyHash);
  }
}

export function bodyText(body: Uint8Array | string, isCompressed: boolean): string {
  if (typeof body === "string") return body;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(isCompressed ? gunzipSync(body) : body);
}
