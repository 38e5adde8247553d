import type { Database } from "bun:sqlite";
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClientFault } from "../client-fault.ts";
import type { Owner } from "./owner.ts";

/** `images/<hash of the conversation's id>/<hash of its bytes>.<kind>`: no other name leads anywhere. */
const pathPattern = /^images\/([0-9a-f]{64})\/(([0-9a-f]{64})\.[a-z]{3,4})$/;

/** Writes what is not there yet. An image that is not what its name says is not written, and nothing else of the backup is used. */
export function addImages(db: Database, folder: string, owner: Owner): { readonly images: number; readonly imagesAdded: number } {
  let images = 0;
  let imagesAdded = 0;
  for (const { path, bytes } of db.query<{ path: string; bytes: Uint8Array }, []>("SELECT path, bytes FROM backup_file").iterate()) {
    const [, of = "", name = "", hash = ""] = pathPattern.exec(path) ?? [];
    if (of === "" || createHash("sha256").update(bytes).digest("hex") !== hash)
      throw new ClientFault(
        "invalid",
        "cli/damaged-backup",
        `The backup holds ${JSON.stringify(path)}, which is no image. The database stays as it is; take an older backup.`,
      );
    images += 1;
    if (statSync(join(folder, of, name), { throwIfNoEntry: false })?.size === bytes.length) continue;
    const made = mkdirSync(join(folder, of), { recursive: true, mode: 0o700 });
    for (const path of made === undefined ? [] : [folder, join(folder, of)]) owner(path);
    const unfinished = join(folder, of, `${randomUUID()}.part`);
    writeFileSync(unfinished, bytes, { mode: 0o600, flush: true });
    owner(unfinished);
    renameSync(unfinished, join(folder, of, name));
    imagesAdded += 1;
  }
  return { images, imagesAdded };
}
