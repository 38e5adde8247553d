import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of a server of its own, gone afterwards. */
export interface Room extends AsyncDisposable {
  readonly folder: string;
}

/** With the file that scenes read. */
export async function newRoom(): Promise<Room> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-torture-")));
  await mkdir(join(folder, "data"), { mode: 0o700 });
  await mkdir(join(folder, ".dispatch"));
  await writeFile(join(folder, "greeting.txt"), "hello\n");
  return roomAt(folder);
}

/** As another stands at this moment, its database as a killed process would leave it: what the operating system was given, and no lock. */
export async function copyRoom(from: string): Promise<Room> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-torture-")));
  const filter = (path: string) => !/-(shm|lock|pid)$/.test(path);
  await cp(from, folder, { recursive: true, filter });
  return roomAt(folder);
}

const roomAt = (folder: string): Room => ({
  folder,
  [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
});
