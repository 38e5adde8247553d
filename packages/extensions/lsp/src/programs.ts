import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Clock } from "@dispatch/kernel";
import { liesIn } from "./folders.ts";

/** Where a program was found. */
export interface Program {
  /** Absolute. */
  readonly path: string;
  /** It is a file of the project itself. */
  readonly ofProject: boolean;
}

/** The programs of this machine. */
export interface Programs {
  /** On the search path, outside the project. */
  onPath(name: string, project: string): Program | undefined;
  /** Among those that the project has installed for itself. */
  ofProject(name: string, project: string): Program | undefined;
  /** As a project's own file names it: a path counts from the project, a bare name is looked for on the search path and then in the project. */
  named(word: string, project: string): Program | undefined;
  /** The search path for a child, without what lies in the project. */
  searchPath(project: string): string;
  /** Of the package that a program belongs to; `undefined` where there is none. */
  majorOf(path: string): number | undefined;
}

/** Installing something is noticed after so long. */
const rememberedMs = 30_000;
const rememberedMax = 1_000;
const parentsMax = 4;

export function localPrograms(path: string, clock: Clock): Programs {
  const known = new Map<string, { readonly found: Program | undefined; readonly at: number }>();
  const remember = (key: string, look: () => Program | undefined): Program | undefined => {
    const before = known.get(key);
    if (before !== undefined && clock.monotonic() - before.at < rememberedMs) return before.found;
    const found = look();
    known.delete(key);
    known.set(key, { found, at: clock.monotonic() });
    const [oldest] = known.keys();
    if (known.size > rememberedMax && oldest !== undefined) known.delete(oldest);
    return found;
  };
  const foldersFor = (project: string) => path.split(":").filter((folder) => isAbsolute(folder) && !belongsTo(project, folder));
  const onPath = (name: string, project: string) =>
    remember(`path ${project} ${name}`, () => firstOf(foldersFor(project), name, project, false));
  const ofProject = (name: string, project: string) =>
    remember(`project ${project} ${name}`, () => firstOf([join(project, "node_modules/.bin")], name, project, true));
  return {
    onPath,
    ofProject,
    named: (word, project) =>
      word.includes("/")
        ? firstOf([dirname(resolve(project, word))], word.slice(word.lastIndexOf("/") + 1), project, undefined)
        : (onPath(word, project) ?? ofProject(word, project)),
    searchPath: (project) => foldersFor(project).join(":"),
    majorOf,
  };
}

/** A folder of programs inside the project, or of a package around it. */
function belongsTo(project: string, folder: string): boolean {
  const real = realOr(folder);
  if (liesIn(real, project) || liesIn(folder, project)) return true;
  const [, around] = /^(.*)\/node_modules\/\.bin\/?$/.exec(folder) ?? [];
  return around !== undefined && liesIn(project, around === "" ? "/" : around);
}

/** With `ofProject` given, only what is the project's or only what is not. A link on the search path may lead into the project. */
function firstOf(folders: readonly string[], name: string, project: string, ofProject: boolean | undefined): Program | undefined {
  for (const folder of folders) {
    const path = join(folder, name);
    if (!isProgram(path)) continue;
    const isOfProject = liesIn(realOr(path), project) || liesIn(path, project);
    if (ofProject === undefined || ofProject === isOfProject) return { path, ofProject: isOfProject };
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function majorOf(path: string): number | undefined {
  let folder = realOr(path);
  for (let parents = 0; parents < parentsMax && folder !== "/"; parents++) {
    folder = dirname(folder);
    try {
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version?: unknown };
      return Number.parseInt(String(version), 10);
    } catch {
      // Not here; perhaps one folder up.
    }
  }
  return undefined;
}

function realOr(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
