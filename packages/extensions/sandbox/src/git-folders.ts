import { lstatSync, rmSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { readGitConfig } from "./git-config.ts";
import { within } from "./paths.ts";

/** What of git's own files lies in folders that may be written, and would run code. */
export interface GitGuard {
  readonly readOnly: readonly string[];
  readonly pinned: readonly string[];
  /** Files that nothing can be mounted over because they are not there: who finds one after the command takes it away. */
  readonly unwanted: readonly string[];
}

/** Of one writable folder: how many folders are looked at for repositories of their own, and how many of a repository's submodules. */
export const foldersMax = 256;
const submodulesMax = 64;
const configBytesMax = 1024 * 1024;

/**
 * Looks for repositories in each folder and in those directly below it. A repository that is deeper, or that a command makes itself, is not
 * guarded: whoever uses git there trusts what is there.
 */
export async function guardGit(writable: readonly string[]): Promise<GitGuard> {
  const guards = await Promise.all(writable.flatMap(async (folder) => guardFolder(folder, writable)));
  return merged(guards);
}

/** Says which were there. */
export function removeUnwanted({ unwanted }: GitGuard): readonly string[] {
  return unwanted.filter((path) => {
    const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (isThere) rmSync(path, { force: true, recursive: true });
    return isThere;
  });
}

const nothing: GitGuard = { readOnly: [], pinned: [], unwanted: [] };

function merged(guards: readonly GitGuard[]): GitGuard {
  const all = (pick: (guard: GitGuard) => readonly string[]) => [...new Set(guards.flatMap(pick))];
  return { readOnly: all((guard) => guard.readOnly), pinned: all((guard) => guard.pinned), unwanted: all((guard) => guard.unwanted) };
}

async function guardFolder(folder: string, writable: readonly string[]): Promise<GitGuard> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory() && entry.name !== ".git").slice(0, foldersMax);
  const repositories = [folder, ...below.map(({ name }) => join(folder, name))];
  return merged(await Promise.all(repositories.map((one) => guardRepository(one, writable))));
}

async function guardRepository(folder: string, writable: readonly string[]): Promise<GitGuard> {
  const dotGit = join(folder, ".git");
  const found = await lstat(dotGit).catch(() => undefined);
  if (found === undefined) return nothing;
  if (found.isFile()) return guardLinked(dotGit, writable);
  const real = await realpath(dotGit).catch(() => undefined);
  return real === undefined ? nothing : guardGitFolder(real, folder, writable);
}

/** A worktree or a submodule: `.git` is a file that names the folder. */
async function guardLinked(dotGit: string, writable: readonly string[]): Promise<GitGuard> {
  const named = /^gitdir:\s*(.+?)\s*$/m.exec(await textOf(dotGit))?.[1];
  const own = { ...nothing, readOnly: [dotGit] };
  if (named === undefined) return own;
  const gitFolder = await realpath(resolve(dirname(dotGit), named)).catch(() => undefined);
  if (gitFolder === undefined || !writable.some((one) => within(one, gitFolder))) return own;
  const common = (await textOf(join(gitFolder, "commondir"))).trim();
  const main = common === "" ? undefined : await realpath(resolve(gitFolder, common)).catch(() => undefined);
  const guards = [await guardGitFolder(gitFolder, dirname(dotGit), writable)];
  if (main !== undefined && writable.some((one) => within(one, main))) guards.push(await guardGitFolder(main, dirname(main), writable));
  return merged([own, ...guards]);
}

async function guardGitFolder(gitFolder: string, workTree: string, writable: readonly string[]): Promise<GitGuard> {
  const at = (name: string) => join(gitFolder, name);
  const isOwn = await isThere(at("config"));
  if (!isOwn && !(await isThere(at("commondir")))) return nothing;
  // Empty, it changes nothing for git; absent, a command could make it.
  if (isOwn) await mkdir(at("hooks")).catch(() => undefined);
  const config = readGitConfig(await textOf(at("config")));
  const files = await existing(["config", "config.worktree", "commondir", "gitdir", "hooks"].map(at));
  const named = await existing(
    config.paths.filter((path) => !path.startsWith("~")).map((path) => (isAbsolute(path) ? path : resolve(workTree, path))),
  );
  const included = await existing(config.paths.filter((path) => !isAbsolute(path)).map((path) => resolve(gitFolder, path)));
  const readOnly = [...files, ...named, ...included].filter((path) => writable.some((one) => within(one, path) && path !== one));
  const unwanted = ["commondir", ...(config.hasWorktreeConfig ? ["config.worktree"] : [])].map(at).filter((path) => !files.includes(path));
  const submodules = await submodulesOf(at("modules"), submodulesMax);
  const below = await Promise.all(submodules.map((one) => guardGitFolder(one, workTree, writable)));
  return merged([{ readOnly, pinned: [gitFolder], unwanted }, ...below]);
}

/** A submodule's name may hold slashes, so its folder is found by what is in it. */
async function submodulesOf(folder: string, most: number): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [folder];
  for (let at = waiting.shift(); at !== undefined && found.length < most && waiting.length < foldersMax; at = waiting.shift()) {
    if (at !== folder && (await isThere(join(at, "HEAD"))))
      found.push(at, ...(await submodulesOf(join(at, "modules"), most - found.length)));
    else {
      const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
      waiting.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(String(at), name)));
    }
  }
  return found;
}

const isThere = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined)) !== undefined;

/** Real paths of those that exist. */
async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)));
  return real.flatMap((path) => (path === undefined ? [] : [path]));
}

async function textOf(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.slice(0, configBytesMax);
}
