import { chownSync, statSync } from "node:fs";

/** Gives a file to somebody. */
export type Owner = (path: string) => void;

/** To whom that file belongs, where we may give files away: what root restores, the server's user has to open. */
export function ownerLike(path: string): Owner {
  const { uid, gid } = statSync(path);
  return process.getuid?.() === 0 ? (given) => chownSync(given, uid, gid) : () => {};
}
