import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type IgnoreRules, parseGitignore, verdictOf } from "./gitignore.ts";

const entriesMax = 100_000;
const depthMax = 64;
const rulesBytesMax = 1024 * 1024;
const parentsMax = 64;

export interface WalkOptions {
  /** Absolute real folder to walk. */
  readonly start: string;
  /** Rules of folders above the start count from the repository's root on, or, where there is none, from this folder on. */
  readonly top: string;
  /** Has the last word on every folder below the start before it is read. */
  mayEnter(folder: string): Promise<boolean>;
  readonly signal: AbortSignal;
  /** Bounds, for tests. */
  readonly entriesMax?: number;
  readonly depthMax?: number;
}

export interface WalkedFile {
  /** Absolute. */
  readonly path: string;
  /** Below the start. */
  readonly names: readonly string[];
  /** A link is told, and never followed. */
  readonly kind: "file" | "symlink";
}

export interface WalkReport {
  readonly entries: number;
  /** The walk ended early, or left folders out, because a bound was reached. */
  readonly cut?: "entries" | "depth";
  /** Folders that could not be read. */
  readonly unreadable: number;
}

/** The files of one folder at a time, in name order, before those of its subfolders. */
export interface Walk extends AsyncIterable<readonly WalkedFile[]> {
  readonly report: WalkReport;
}

/**
 * Every regular file and link below a folder that no `.gitignore` rules out. `.git` is left out; sockets and the like are not told. The start
 * itself may be ignored: whoever names it means it. Ends without a word when the signal aborts.
 */
export function walkFiles(options: WalkOptions): Walk {
  const report: { entries: number; cut?: "entries" | "depth"; unreadable: number } = { entries: 0, unreadable: 0 };
  const bounds = { entriesMax, depthMax, ...options };

  async function* folder(path: string, names: readonly string[], above: Chain): AsyncGenerator<readonly WalkedFile[]> {
    if (options.signal.aborted || report.cut === "entries") return;
    const entries = await readFolder(path);
    if (entries === undefined) {
      report.unreadable += 1;
      return;
    }
    const room = bounds.entriesMax - report.entries;
    report.entries += entries.length;
    if (entries.length > room) report.cut = "entries";
    const chain = await withRulesOf(path, names.length, entries, above);
    const kept = entries
      .slice(0, room)
      .filter((entry) => entry.name !== ".git" && !isIgnored(chain, [...names, entry.name], entry.isDirectory()));
    const files = kept.flatMap((entry) => walked(path, names, entry) ?? []);
    if (files.length > 0) yield files;
    for (const { name } of kept.filter((entry) => entry.isDirectory())) {
      if (report.cut === "entries") return;
      if (names.length + 1 >= bounds.depthMax) report.cut ??= "depth";
      else if (await options.mayEnter(join(path, name))) yield* folder(join(path, name), [...names, name], chain);
    }
  }

  async function* all() {
    yield* folder(options.start, [], await rulesAbove(options));
  }
  return { report, [Symbol.asyncIterator]: all };
}

/** Epoch milliseconds; of a link its own. 0 when it is gone. */
export async function modifiedMs(path: string): Promise<number> {
  return (await lstat(path).catch(() => undefined))?.mtimeMs ?? 0;
}

/** The rules of a folder, and how deep it lies: names of paths are counted from the start, so above it the depth is negative. */
interface Link {
  readonly rules: IgnoreRules;
  readonly depth: number;
  /** For a folder above the start: the names that lead from it to the start. */
  readonly down: readonly string[];
}
type Chain = readonly Link[];

/** The nearest file that has a rule for it decides. */
function isIgnored(chain: Chain, names: readonly string[], isFolder: boolean): boolean {
  for (const { rules, depth, down } of chain) {
    const verdict = down.length > 0 ? verdictOf(rules, [...down, ...names], 0, isFolder) : verdictOf(rules, names, depth, isFolder);
    if (verdict !== undefined) return verdict;
  }
  return false;
}

async function withRulesOf(folder: string, depth: number, entries: readonly Dirent[], above: Chain): Promise<Chain> {
  if (!entries.some((entry) => entry.name === ".gitignore")) return above;
  const rules = await readRules(join(folder, ".gitignore"));
  return rules.length === 0 ? above : [{ rules, depth, down: [] }, ...above];
}

async function rulesAbove({ start, top }: WalkOptions): Promise<Chain> {
  const chain: Link[] = [];
  const isBelow = (folder: string) => folder === top || folder.startsWith(top === "/" ? "/" : `${top}/`);
  if (await isRepository(start)) return chain;
  let asFarAsTop = 0;
  for (let folder = start; folder !== dirname(folder) && chain.length < parentsMax; ) {
    folder = dirname(folder);
    chain.push({ rules: await readRules(join(folder, ".gitignore")), depth: 0, down: relative(folder, start).split("/") });
    if (await isRepository(folder)) return chain;
    if (isBelow(folder)) asFarAsTop = chain.length;
  }
  return chain.slice(0, asFarAsTop);
}

const isRepository = (folder: string): Promise<boolean> =>
  lstat(join(folder, ".git")).then(
    () => true,
    () => false,
  );

/** Regular files of a sane size alone: a pipe by this name would never end. Git does not follow a link here either. */
async function readRules(path: string): Promise<IgnoreRules> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const info = await file.stat();
    return info.isFile() && info.size <= rulesBytesMax ? parseGitignore(await file.readFile("utf8")) : [];
  } catch {
    return [];
  }
}

async function readFolder(path: string): Promise<readonly Dirent[] | undefined> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  return entries?.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function walked(folder: string, names: readonly string[], entry: Dirent): WalkedFile | undefined {
  const kind = entry.isFile() ? "file" : entry.isSymbolicLink() ? "symlink" : undefined;
  return kind && { path: join(folder, entry.name), names: [...names, entry.name], kind };
}
