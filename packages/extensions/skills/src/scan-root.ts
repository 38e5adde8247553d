import { basename, dirname, join } from "node:path";
import type { Skill, Skipped } from "./skill.ts";
import { type FolderEntry, liesIn, listFolder, readText, realPath, stampOf } from "./skill-files.ts";
import { parseSingleFile, parseSkillFolder } from "./skill-text.ts";

export const skillsMax = 100;
export const skillBytesMax = 128 * 1024;
/** Folders in folders: deeper ones are not looked into. */
export const depthMax = 4;
/** Files and folders that are looked at. */
export const entriesMax = 1_000;

/** A folder in which skills lie. */
export interface Root {
  readonly path: string;
  /** Absolute real path that nothing may really lie outside of; absent: the person's own, whose links may lead anywhere. */
  readonly within?: string;
}

export interface Scan {
  /** Those nearest to the root first; of one folder in name order. */
  readonly skills: readonly Skill[];
  readonly skipped: readonly Skipped[];
  /** Everything that was looked at, with its stamp from just before: while these stay, so does all that the scan says. */
  readonly seen: ReadonlyMap<string, string>;
}

export const isFresh = ({ seen }: Scan): boolean => seen.entries().every(([path, stamp]) => stampOf(path) === stamp);

/**
 * Finds the skills below a root: folders with a `SKILL.md`, and single files, also in folders that group them. Never throws for what it finds: what
 * is no skill is skipped with its reason.
 */
export function scanRoot(root: Root): Scan {
  const walk = new Walk(root);
  walk.run();
  const { skills, skipped, seen } = walk;
  return { skills, skipped, seen };
}

class Walk implements Scan {
  readonly skills: Skill[] = [];
  readonly skipped: Skipped[] = [];
  readonly seen = new Map<string, string>();
  readonly #root: Root;
  /** Real paths: a folder that several links lead to counts once, so no circle is walked twice. */
  readonly #entered = new Set<string>();
  #entriesLeft = entriesMax;

  constructor(root: Root) {
    this.#root = root;
  }

  run(): void {
    let level = [this.#root.path];
    for (let depth = 0; level.length > 0; depth++) {
      const below: string[] = [];
      for (const folder of level) below.push(...this.#enter(folder, depth));
      level = below;
    }
  }

  /** Takes the skills of a folder and gives the folders in it that may hold more. */
  #enter(folder: string, depth: number): readonly string[] {
    const isThere = this.#look(folder);
    if (!isThere && depth === 0) return [];
    const real = this.#real(folder);
    if (real === undefined) return [];
    const [root = real] = this.#entered;
    if (this.#entered.has(real) || (depth > 0 && liesIn(root, real)))
      return this.#skip(folder, "leads to a folder that was looked at already");
    this.#entered.add(real);
    const listing = listFolder(real, this.#entriesLeft);
    if ("problem" in listing) return this.#skip(folder, listing.problem);
    this.#entriesLeft -= listing.entries.length;
    if (listing.more) this.#skip(this.#root.path, `holds more than ${entriesMax} files and folders: the rest is left out`);
    if (depth > 0 && listing.entries.some(isSkillFile)) {
      this.#take(join(folder, "SKILL.md"), real);
      return [];
    }
    for (const { name, kind } of listing.entries) {
      if (kind !== "folder" && name.endsWith(".md")) this.#take(join(folder, name));
      else if (kind === "nowhere") this.#skip(join(folder, name), leadsNowhere);
    }
    const folders = listing.entries.filter(mayHoldSkills).map(({ name }) => join(folder, name));
    if (depth < depthMax || folders.length === 0) return folders;
    return this.#skip(folder, `lies ${depthMax} folders deep: the folders in it are not looked into`);
  }

  #take(path: string, folder?: string): void {
    this.#look(path);
    const real = this.#real(path);
    if (real === undefined) return;
    const read = readText(real, skillBytesMax);
    if ("problem" in read) return void this.#skip(path, read.problem);
    const parsed = folder === undefined ? parseSingleFile(read.text, basename(path)) : parseSkillFolder(read.text, basename(dirname(path)));
    if ("problem" in parsed) return void this.#skip(path, parsed.problem);
    if (this.skills.length === skillsMax)
      return void this.#skip(this.#root.path, `holds more than ${skillsMax} skills: the rest is left out`);
    const { name, summary } = parsed;
    const ofProject = this.#root.within !== undefined;
    this.skills.push({ name, summary, path: real, ofProject, ...(folder === undefined ? {} : { folder }) });
  }

  /** Remembers the stamp before anything is read. False: nothing is there. */
  #look(path: string): boolean {
    const stamp = stampOf(path);
    this.seen.set(path, stamp);
    return stamp !== "";
  }

  /** The path without links, where it may be looked at. */
  #real(path: string): string | undefined {
    const real = realPath(path);
    if (real === undefined) this.#skip(path, leadsNowhere);
    else if (this.#root.within === undefined || liesIn(real, this.#root.within)) return real;
    else this.#skip(path, "is a link that leads out of the working directory");
    return undefined;
  }

  #skip(path: string, reason: string): readonly [] {
    if (!this.skipped.some((before) => before.path === path && before.reason === reason)) this.skipped.push({ path, reason });
    return [];
  }
}

const leadsNowhere = "is a link that leads nowhere, or in a circle";

const isSkillFile = ({ name, kind }: FolderEntry): boolean => name === "SKILL.md" && kind !== "folder";

const mayHoldSkills = ({ name, kind }: FolderEntry): boolean => kind === "folder" && !name.startsWith(".") && name !== "node_modules";
