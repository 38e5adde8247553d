import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Workspace } from "@dispatch/kernel";
import { onTestFinished } from "vitest";
import { LocalWorkspaces } from "./workspaces.ts";

/** A conversation's folder on the real disk, with something beside it that it must not reach. Removed when the test ends. */
export interface Desk {
  /** Absolute real path of the working directory. */
  readonly root: string;
  /** Beside the root. Holds `secret.txt` with the text `secret`. */
  readonly outside: string;
  readonly dataDir: string;
  readonly workspaces: LocalWorkspaces;
  /** Of conversation `c1`. */
  readonly workspace: Workspace;
  /** Writes as another program would, parents included. Returns the absolute path. */
  put(path: string, content: string | Uint8Array): Promise<string>;
}

export async function openDesk(
  files: { readonly [path: string]: string | Uint8Array } = {},
  extraRoots: readonly string[] = [],
): Promise<Desk> {
  const base = await realpath(await mkdtemp(join(tmpdir(), "desk-")));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const root = join(base, "work");
  const outside = join(base, "outside");
  const dataDir = join(base, "data");
  await Promise.all([root, outside, dataDir].map((folder) => mkdir(folder)));
  await writeFile(join(outside, "secret.txt"), "secret");
  const put = async (path: string, content: string | Uint8Array) => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };
  for (const [path, content] of Object.entries(files)) await put(path, content);
  const workspaces = new LocalWorkspaces({ dataDir, closed: [], extraRoots: [...extraRoots] });
  return { root, outside, dataDir, workspaces, workspace: await workspaces.open("c1", root), put };
}
