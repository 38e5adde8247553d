import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** One file of a journal: the active one is the journal's path itself, the others are `<path>.<n>`, the older the smaller. */
export interface Segment {
  readonly path: string;
  /** Absent: the active one. */
  readonly number?: number;
  /** Decimal: it may have 64 bits. */
  readonly inode: string;
  readonly sizeBytes: number;
  /** Another one whenever the file may have changed. */
  readonly look: string;
}

/** What there is of the journal, the oldest first. Nothing, when it does not exist yet. */
export async function listSegments(journal: string): Promise<readonly Segment[]> {
  const folder = dirname(journal);
  const names = await readdir(folder).catch(orNothing);
  const found = await Promise.all(
    (names ?? []).flatMap((name) => {
      const number = numberOf(name, basename(journal));
      return number === undefined ? [] : [segmentAt(join(folder, name), number)];
    }),
  );
  return found.flatMap((segment) => segment ?? []).sort((a, b) => order(a) - order(b));
}

const order = ({ number = Number.POSITIVE_INFINITY }: Segment): number => number;

/** `Infinity`: the active one. */
function numberOf(name: string, journalName: string): number | undefined {
  if (name === journalName) return Number.POSITIVE_INFINITY;
  if (!name.startsWith(`${journalName}.`)) return undefined;
  const number = name.slice(journalName.length + 1);
  return /^[1-9]\d{0,14}$/.test(number) ? Number(number) : undefined;
}

async function segmentAt(path: string, number: number): Promise<Segment | undefined> {
  const found = await stat(path, { bigint: true }).catch(orNothing);
  if (found?.isFile() !== true) return undefined;
  const { ino, size, ctimeNs, mtimeNs } = found;
  return {
    path,
    ...(Number.isFinite(number) ? { number } : {}),
    inode: ino.toString(),
    sizeBytes: Number(size),
    look: `${size} ${ctimeNs} ${mtimeNs}`,
  };
}

/** What was renamed or removed meanwhile is found, or missed, at the next look. */
function orNothing(thrown: unknown): undefined {
  if (thrown instanceof Error && "code" in thrown && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR")) return undefined;
  throw thrown;
}
