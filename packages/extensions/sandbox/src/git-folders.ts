import { lstatSync, rmSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fault } from "@dispatch/kernel";
import { readGitConfig } from "./git-config.ts";
import { within } from "./paths.ts";
import { submoduleFolders } from "./submodule-folders.ts";

/** What of git's own files lies in folders that may be written, and would run code. */
export interface GitGuard {
  readonly readOnly: readonly string[];
  readonly pinned: readonly string[];
  /** Files that nothing can be mounted over because they are not there: who finds one after the command takes it away. */
  readonly unwanted: readonly string[];
}

/** Repositories directly below one writable folder that are looked into; of further ones `.git` is read-only as a whole. */
const repositoriesMax = 256;
/** Folders directly below a writable one. Which of more are repositories nobody looks up for each command. */
const foldersMax = 4_096;
/** A larger configuration is not read, and its repository is read-only. */
const configBytesMax = 1024 * 1024;

/**
 * Looks for repositories in each folder and in those directly below it. A repository that is deeper, or that a command makes itself, is not
 * guarded: whoever uses git there trusts what is there. What lies beyond a bound is read-only or refused, since a command can make as much as it
 * likes before the next one is guarded. Faults: `sandbox/too-many-folders` (limited).
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
  // Who is mounted later hides what lies below.
  const pinned = all((guard) => guard.pinned).toSorted((a, b) => a.length - b.length);
  return { readOnly: all((guard) => guard.readOnly), pinned, unwanted: all((guard) => guard.unwanted) };
}

async function guardFolder(folder: string, writable: readonly string[]): Promise<GitGuard> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory() && entry.name !== ".git");
  if (below.length > foldersMax) throw tooManyFolders(folder);
  const repositories = below.map(({ name }) => join(folder, name)).filter(holdsGit);
  const looked = [folder, ...repositories.slice(0, repositoriesMax)];
  const rest = repositories.slice(repositoriesMax).map((one) => ({ readOnly: [join(one, ".git")], pinned: [one], unwanted: [] }));
  return merged([...(await Promise.all(looked.map((one) => guardRepository(one, writable)))), ...rest]);
}

/** Not by a link: that leads to where nothing is guarded. */
function holdsGit(folder: string): boolean {
  try {
    return lstatSync(join(folder, ".git"), { throwIfNoEntry: false })?.isSymbolicLink() === false;
  } catch {
    return false;
  }
}

const tooManyFolders = (folder: string) =>
  fault(
    "limited",
    "sandbox/too-many-folders",
    `The command was not run: ${folder} holds more than ${foldersMax} folders, too many to find the repositories among them. Work in one of them, or have the person remove some.`,
  );

/** All folders from below the writable one down to this, so that none of them can be replaced. */
function wayTo(path: string, writable: readonly string[]): readonly string[] {
  const top = writable.find((one) => within(one, path));
  const way: string[] = [];
  for (let at = path; top !== undefined && at !== top; at = dirname(at)) way.push(at);
  return way;
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
  const own = { ...nothing, readOnly: [dotGit], pinned: wayTo(dirname(dotGit), writable) };
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
  const modules = join(gitFolder, "modules");
  const own = await guardOne(gitFolder, workTree, writable);
  if (own === nothing || !(await isThere(modules))) return own;
  const submodules = await submoduleFolders(modules);
  if (submodules === undefined) return merged([own, { ...nothing, readOnly: await existing([modules]) }]);
  return merged([own, ...(await Promise.all(submodules.map((one) => guardOne(one, workTree, writable))))]);
}

async function guardOne(gitFolder: string, workTree: string, writable: readonly string[]): Promise<GitGuard> {
  const at = (name: string) => join(gitFolder, name);
  const found = await lstat(at("config")).catch(() => undefined);
  if (found === undefined && !(await isThere(at("commondir")))) return nothing;
  const pinned = wayTo(gitFolder, writable);
  if (found !== undefined && found.size > configBytesMax) return { readOnly: [gitFolder], pinned, unwanted: [] };
  // Empty, it changes nothing for git; absent, a command could make it.
  if (found !== undefined) await mkdir(at("hooks")).catch(() => undefined);
  const config = readGitConfig(await textOf(at("config")));
  const files = await existing(["config", "config.worktree", "commondir", "gitdir", "hooks"].map(at));
  const named = await existing(
    config.paths.filter((path) => !path.startsWith("~")).map((path) => (isAbsolute(path) ? path : resolve(workTree, path))),
  );
  const included = await existing(config.paths.filter((path) => !isAbsolute(path)).map((path) => resolve(gitFolder, path)));
  const readOnly = [...files, ...named, ...included].filter((path) => writable.some((one) => within(one, path) && path !== one));
  const unwanted = ["commondir", ...(config.hasWorktreeConfig ? ["config.worktree"] : [])].map(at).filter((path) => !files.includes(path));
  return { readOnly, pinned, unwanted };
}

const isThere = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined)) !== undefined;

/** Real paths of those that exist. */
async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)));
  return real.flatMap((path) => (path === undefined ? [] : [path]));
}

/** Of a small file; a pipe in its place would hold up whoever reads it. */
async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size <= configBytesMax ? readFile(path, "utf8").catch(() => "") : "";
}
