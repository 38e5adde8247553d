import { join } from "node:path";
import { isFresh, type Root, type Scan, scanRoot } from "./scan-root.ts";
import type { Skill, Skipped } from "./skill.ts";
import { realPath } from "./skill-files.ts";

/** Folders whose skills are remembered; those asked for longest ago are forgotten. */
const rootsMax = 128;
const toldMax = 1_000;

/** The skills that apply in a folder. A folder is read once and then only asked whether it is still the same. */
export class SkillCatalog {
  readonly #home: string | undefined;
  readonly #tell: (skipped: Skipped) => void;
  /** Least recently asked for first. */
  readonly #scans = new Map<string, Scan>();
  readonly #told = new Set<string>();

  /** `home`: absolute. `tell` hears once of each that was skipped. */
  constructor(home: string | undefined, tell: (skipped: Skipped) => void) {
    this.#home = home;
    this.#tell = tell;
  }

  /** In name order; of two with one name the nearer. `cwd` is a real path. Equal folders give equal skills, in this process and in the next. */
  skillsFor(cwd: string): readonly Skill[] {
    const home = this.#home === undefined ? undefined : realPath(this.#home);
    const byName = new Map<string, Skill>();
    for (const root of rootsFor(cwd, home))
      for (const skill of this.#scan(root).skills) if (!byName.has(skill.name)) byName.set(skill.name, skill);
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #scan(root: Root): Scan {
    const key = `${root.within === undefined ? "" : "project "}${root.path}`;
    const before = this.#scans.get(key);
    this.#scans.delete(key);
    const scan = before !== undefined && isFresh(before) ? before : scanRoot(root);
    this.#scans.set(key, scan);
    const [first] = this.#scans.keys();
    if (this.#scans.size > rootsMax && first !== undefined) this.#scans.delete(first);
    if (scan !== before) for (const skipped of scan.skipped) this.#tellOnce(skipped);
    return scan;
  }

  #tellOnce(skipped: Skipped): void {
    const line = `${skipped.path}\n${skipped.reason}`;
    if (this.#told.has(line)) return;
    if (this.#told.size === toldMax) this.#told.clear();
    this.#told.add(line);
    this.#tell(skipped);
  }
}

/** Nearer ones first. */
function rootsFor(cwd: string, home: string | undefined): readonly Root[] {
  const ofPerson = home === undefined ? [] : [{ path: join(home, ".skills") }];
  const ofProject = [".skills", ".agents/skills", ".claude/skills"].map((name) => ({ path: join(cwd, name), within: cwd }));
  return [...ofProject.filter(({ path }) => path !== ofPerson[0]?.path), ...ofPerson];
}
