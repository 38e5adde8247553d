import { statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { Workspace } from "@dispatch/kernel";
import type { Config } from "./config.ts";
import type { Workspaces } from "./contract.ts";
import { errnoOf, noFolder } from "./faults.ts";
import { LocalWorkspace } from "./local-workspace.ts";
import { PathLocks } from "./path-locks.ts";
import { whyNotAPath } from "./path-text.ts";
import { followLinks } from "./real-path.ts";
import { Scratch } from "./scratch.ts";
import { sweepScratch } from "./sweep-scratch.ts";
import type { Zones } from "./zones.ts";

const conversationsMax = 10_000;
const foldersMax = 32;

/** The folders of this machine. Beyond the bounds, what was opened longest ago is forgotten. */
export class LocalWorkspaces implements Workspaces {
  readonly #config: Config;
  readonly #locks = new PathLocks();
  readonly #open = new Map<string, Map<string, Workspace>>();
  #closed: Promise<readonly string[]> | undefined;

  constructor(config: Config) {
    this.#config = config;
  }

  async open(conversationId: string, root: string): Promise<Workspace> {
    const real = await realFolder(root);
    return this.#known(conversationId, real) ?? this.#add(conversationId, real, await this.#zones(conversationId, real));
  }

  forget(conversationId: string): void {
    this.#open.delete(conversationId);
  }

  async dropScratch(conversationId: string): Promise<void> {
    await new Scratch(await this.#dataDir(), conversationId).drop();
  }

  sweepScratch: Workspaces["sweepScratch"] = async (options) => sweepScratch(await this.#dataDir(), options);

  #known(conversationId: string, root: string): Workspace | undefined {
    return this.#open.get(conversationId)?.get(root);
  }

  /** Two that open at once get one object. */
  #add(conversationId: string, root: string, zones: Zones): Workspace {
    const folders = this.#open.get(conversationId) ?? new Map<string, Workspace>();
    const workspace = folders.get(root) ?? new LocalWorkspace(zones, new Scratch(zones.dataDir, conversationId), this.#locks);
    this.#open.set(conversationId, folders.set(root, workspace));
    dropFirst(folders, foldersMax);
    dropFirst(this.#open, conversationsMax);
    return workspace;
  }

  async #zones(conversationId: string, root: string): Promise<Zones> {
    const dataDir = await this.#dataDir();
    const extra = await Promise.all(this.#config.extraRoots.map((folder) => followLinks(resolve(folder))));
    const extraRoots = extra.filter((folder) => folder.exists).map((folder) => folder.path);
    // The server's own files stand where they stood when it began, and most of them are not there to be looked up quickly.
    this.#closed ??= Promise.all(this.#config.closed.map(realName));
    return { root, extraRoots, scratch: new Scratch(dataDir, conversationId).folder, dataDir, closed: await this.#closed };
  }

  async #dataDir(): Promise<string> {
    return (await followLinks(resolve(this.#config.dataDir))).path;
  }
}

/** The beginning of a name is brought into real form by its folder alone. */
async function realName(path: string): Promise<string> {
  if (!path.endsWith("*")) return (await followLinks(resolve(path))).path;
  return join((await followLinks(resolve(dirname(path)))).path, basename(path));
}

async function realFolder(root: string): Promise<string> {
  const why = whyNotAPath(root);
  if (why !== undefined) throw noFolder(JSON.stringify(root.slice(0, 100)), `cannot be used: ${why}`);
  if (!isAbsolute(root)) throw noFolder(root, "is not an absolute path");
  const { path, exists, blocked } = await followLinks(resolve(root));
  if (blocked !== undefined) throw noFolder(root, `cannot be reached (${blocked})`);
  if (!exists) throw noFolder(root, "does not exist");
  if (!isFolder(path, root)) throw noFolder(root, "is not a folder");
  return path;
}

function isFolder(path: string, shown: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (thrown) {
    throw noFolder(shown, `cannot be used (${errnoOf(thrown) ?? "unknown"})`);
  }
}

function dropFirst(map: Map<string, unknown>, max: number): void {
  if (map.size <= max) return;
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
