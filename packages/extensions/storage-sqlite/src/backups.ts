import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { link, lstat, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { Fault } from "@dispatch/kernel";
import type { BackupOrder, BackupOutcome } from "./backup.worker.ts";
import type { Backup, BackupTarget } from "./contract.ts";
import { backupExists, backupFailed, backupRunning, badBackupPath } from "./faults.ts";

/** Backups of one database, one at a time, each in a thread of its own: the server works on meanwhile. */
export class Backups {
  readonly #source: string;
  #running = false;

  constructor(source: string) {
    this.#source = source;
  }

  async write(target: BackupTarget): Promise<Backup> {
    if (this.#running) throw backupRunning();
    this.#running = true;
    try {
      return await this.#write(target);
    } finally {
      this.#running = false;
    }
  }

  async #write({ file, force, folders }: BackupTarget): Promise<Backup> {
    await requireTarget(file, force, this.#source);
    const unfinished = `${file}.${randomUUID()}.part`;
    try {
      await dropUnfinished(file);
      await (await open(unfinished, "wx", 0o600)).close();
      const { entries, files, schemaVersion } = await inThread({ source: this.#source, file: unfinished, folders });
      await flush(unfinished);
      const { size: sizeBytes } = await stat(unfinished);
      if (force) await rename(unfinished, file);
      else await link(unfinished, file);
      await rm(unfinished, { force: true });
      await flush(dirname(file));
      return { file, sizeBytes, schemaVersion, entries, files };
    } catch (thrown) {
      await rm(unfinished, { force: true }).catch(() => {});
      if (codeOf(thrown) === "EEXIST") throw backupExists(file);
      throw Fault.is(thrown) ? thrown : backupFailed(file, thrown);
    }
  }
}

const nameBytesMax = 200;

async function requireTarget(file: string, force: boolean, source: string): Promise<void> {
  if (source === ":memory:") throw badBackupPath(file, "this server keeps its data in memory alone");
  if (!isAbsolute(file) || file.includes("\0") || normalize(file) !== file || file.endsWith("/"))
    throw badBackupPath(file, "it is not an absolute path to a file");
  if (Buffer.byteLength(basename(file)) > nameBytesMax) throw badBackupPath(file, `its name is longer than ${nameBytesMax} bytes`);
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (folder?.isDirectory() !== true) throw badBackupPath(file, "its folder is not there");
  // What begins with the database's own name is SQLite's, ours, or the database.
  const itself = await stat(source).catch(() => undefined);
  const there = await lstat(file).catch(() => undefined);
  if (file.startsWith(source) || (itself !== undefined && there?.ino === itself.ino && there.dev === itself.dev))
    throw badBackupPath(file, "it is the database, or begins with the database's name");
  if (there === undefined) return;
  if (!there.isFile()) throw badBackupPath(file, "what stands there is no file");
  if (!force) throw backupExists(file);
}

/** What a server left behind that was killed meanwhile: one backup is written at a time. */
async function dropUnfinished(file: string): Promise<void> {
  const left = /^[0-9a-f-]{36}\.part$/;
  const beginning = `${basename(file)}.`;
  for (const name of await readdir(dirname(file)))
    if (name.startsWith(beginning) && left.test(name.slice(beginning.length))) await rm(join(dirname(file), name), { force: true });
}

type Written = Extract<BackupOutcome, { ok: true }>;

async function inThread(order: BackupOrder): Promise<Written> {
  const thread = new Worker(new URL("./backup.worker.ts", import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<BackupOutcome>();
  thread.addEventListener("message", (event: MessageEvent<BackupOutcome>) => resolve(event.data));
  thread.addEventListener("error", (event) => reject(new Error(event.message)));
  thread.addEventListener("close", () => reject(new Error("its thread ended")));
  thread.postMessage(order);
  try {
    const outcome = await promise;
    if (outcome.ok) return outcome;
    throw backupFailed(order.file.replace(/\.[0-9a-f-]{36}\.part$/, ""), new Error(outcome.message), outcome.code);
  } finally {
    thread.terminate();
  }
}

/** To the disk itself: a backup is for the day on which a machine fails. */
async function flush(path: string): Promise<void> {
  await using handle = await open(path, constants.O_RDONLY);
  await handle.sync();
}

const codeOf = (thrown: unknown): unknown => (thrown instanceof Error && "code" in thrown ? thrown.code : undefined);
