import { readFileSync, statSync, writeFileSync } from "node:fs";

/** The two files of a database that a machine without power leaves. */
export interface DiskImage {
  readonly file: Buffer;
  readonly log: Buffer;
}

const nothing = Buffer.alloc(0);

export const readImage = (path: string): DiskImage => ({ file: readFileSync(path), log: readIfThere(`${path}-wal`) });

export function writeImage(path: string, { file, log }: DiskImage): void {
  writeFileSync(path, file, { mode: 0o600 });
  writeFileSync(`${path}-wal`, log, { mode: 0o600 });
}

/** Another one means that the log has moved into the file. */
export const fileStamp = (path: string): string => {
  const { mtimeNs, size } = statSync(path, { bigint: true });
  return `${mtimeNs} ${size}`;
};

export const tears = ["nothing arrived", "cut between frames", "cut in a frame", "some sectors arrived"] as const;
export type Tear = (typeof tears)[number];

/** Only what has moved into the file, and was synced there, is written over. */
export const beganAnew = (before: Buffer, after: Buffer): boolean =>
  before.length > 0 && !before.subarray(0, logHeaderBytes).equals(after.subarray(0, logHeaderBytes));

const logHeaderBytes = 32;
const frameHeaderBytes = 24;
const sectorBytes = 512;

/**
 * The log as a power cut may leave it: what was synced for certain, and of what was written since whatever had reached the disk. A log that begins anew
 * has its header on the disk before its first frame: SQLite syncs it.
 */
export function tornLog(synced: Buffer, written: Buffer, tear: Tear, random: () => number): Buffer {
  const base = beganAnew(synced, written) ? Buffer.concat([written.subarray(0, logHeaderBytes), synced.subarray(logHeaderBytes)]) : synced;
  const from = Math.min(firstDifference(base, written), written.length);
  switch (tear) {
    case "nothing arrived":
      return base;
    case "cut between frames":
      return cutAt(base, written, frameBoundary(written, from, random));
    case "cut in a frame":
      return cutAt(base, written, from + Math.floor(random() * (written.length - from)));
    case "some sectors arrived":
      return mixSectors(base, written, random);
  }
}

/** The file in the middle of taking over the log: any of the sectors that differ may have arrived. */
export const tornFile = (before: Buffer, after: Buffer, random: () => number): Buffer => mixSectors(before, after, random);

/** The beginning has arrived, and behind it stands what stood there before. */
const cutAt = (base: Buffer, written: Buffer, at: number): Buffer => Buffer.concat([written.subarray(0, at), base.subarray(at)]);

function frameBoundary(written: Buffer, from: number, random: () => number): number {
  const frameBytes = frameHeaderBytes + (written.length >= logHeaderBytes ? written.readUInt32BE(8) : 4_096);
  const first = Math.floor(Math.max(0, from - logHeaderBytes) / frameBytes);
  const last = Math.floor(Math.max(0, written.length - logHeaderBytes) / frameBytes);
  return Math.min(written.length, logHeaderBytes + (first + Math.floor(random() * (last - first + 1))) * frameBytes);
}

/** Where nothing stood before and nothing has arrived there are zeros, or the file is shorter. */
function mixSectors(base: Buffer, written: Buffer, random: () => number): Buffer {
  const mixed = Buffer.alloc(Math.max(base.length, written.length));
  base.copy(mixed);
  let end = base.length;
  for (let at = 0; at < written.length; at += sectorBytes) {
    if (random() < 0.5) continue;
    const sector = written.subarray(at, at + sectorBytes);
    sector.copy(mixed, at);
    end = Math.max(end, at + sector.length);
  }
  return mixed.subarray(0, random() < 0.5 ? end : mixed.length);
}

function firstDifference(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  if (a.subarray(0, length).equals(b.subarray(0, length))) return length;
  let [low, high] = [0, length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (a.subarray(low, middle).equals(b.subarray(low, middle))) low = middle;
    else high = middle;
  }
  return low;
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    // The log has moved into the file.
    return nothing;
  }
}
