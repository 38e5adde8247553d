import { join, resolve } from "node:path";
import { liesIn, listFolder, readText, realPath } from "./skill-files.ts";

export const resourcesMax = 200;
const resourceBytesMax = 256 * 1024;
const depthMax = 6;

/** The files beside a skill's instructions, absolute, in name order; `more` when that is not all. Links that lead out of the folder are left out. */
export function listResources(folder: string): { readonly paths: readonly string[]; readonly more: boolean } {
  const paths: string[] = [];
  const entered = new Set<string>([folder]);
  let more = false;
  let level = [folder];
  for (let depth = 0; level.length > 0; depth++) {
    const below: string[] = [];
    for (const at of level) {
      const listing = listFolder(at, resourcesMax);
      if ("problem" in listing) continue;
      more ||= listing.more;
      for (const { name, kind } of listing.entries) {
        const path = join(at, name);
        const real = realPath(path);
        if (real === undefined || !liesIn(real, folder) || isHidden(name) || (depth === 0 && name === "SKILL.md")) continue;
        if (kind === "file") paths.push(path);
        if (kind !== "folder" || entered.has(real)) continue;
        entered.add(real);
        if (depth < depthMax) below.push(path);
        else more = true;
      }
      if (paths.length > resourcesMax) return { paths: paths.slice(0, resourcesMax).sort(), more: true };
    }
    level = below;
  }
  return { paths: paths.sort(), more };
}

/** The text of a file in a skill's folder, or why there is none. */
export function readResource(
  folder: string,
  path: string,
): { readonly text: string; readonly path: string } | { readonly problem: string } {
  const real = realPath(resolve(folder, path));
  if (real === undefined) return { problem: "is not there" };
  if (!liesIn(real, folder)) return { problem: "lies outside the folder of the skill" };
  const read = readText(real, resourceBytesMax);
  return "problem" in read ? read : { text: read.text, path: real };
}

const isHidden = (name: string): boolean => name.startsWith(".") || name === "node_modules";
