import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { liesIn, readTextFile } from "./text-file.ts";

const instructionsName = "AGENTS.md";
const foldersMax = 64;
export const instructionsCharsMax = 128 * 1024;

/** The nearest folder upwards that holds a `.git`, or the folder itself where none does. */
export function projectRoot(cwd: string): string {
  return foldersUp(cwd).find((folder) => existsSync(join(folder, ".git"))) ?? cwd;
}

/**
 * What every AGENTS.md from the repository's root down to the folder says, the nearest last; `null` when there is none. Without a repository only
 * the folder itself is asked: what lies above may be anybody's. Where they are too long together, the nearest count.
 */
export function projectInstructions(cwd: string): string | null {
  const root = projectRoot(cwd);
  const found: string[] = [];
  let room = instructionsCharsMax;
  for (const folder of foldersUp(cwd)) {
    const path = join(folder, instructionsName);
    // A link out of the repository is not followed: it would hand a model any file that its author names.
    const text = readTextFile(path, root)?.trim() ?? "";
    room -= text.length;
    if (room < 0) break;
    if (text !== "") found.unshift(`From ${path}:\n\n${text}`);
    if (folder === root) break;
  }
  return found.length === 0 ? null : found.join("\n\n");
}

/** A path that stays in the folder must not lead out of its project by a link; one that says where it leads may. */
export function readProjectFile(path: string, cwd: string): string | null {
  const whole = resolve(cwd, path);
  return liesIn(whole, cwd) ? readTextFile(whole, projectRoot(cwd)) : readTextFile(whole);
}

function foldersUp(cwd: string): readonly string[] {
  const folders = [cwd];
  for (let folder = dirname(cwd); folder !== folders.at(-1) && folders.length < foldersMax; folder = dirname(folder)) folders.push(folder);
  return folders;
}
