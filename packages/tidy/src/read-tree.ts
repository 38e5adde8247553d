import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Tree, treeOf } from "./tree.ts";

export const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));

const textFile = /\.(ts|tsx|json|md|yml|yaml|toml|svelte|css|html|sh)$/;

/** Everything below the root but what `.gitignore` names. */
export function readTree(root: string = repositoryRoot): Tree {
  const ignored = new Set([".git", ...ignoredNames(root)]);
  const files: { [path: string]: string } = {};
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (ignored.has(entry.name)) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else files[path] = textFile.test(path) ? readFileSync(join(root, path), "utf8") : "";
    }
  };
  visit("");
  return treeOf(files);
}

/** Plain names alone: a pattern is for files that would not be read anyway. */
function ignoredNames(root: string): readonly string[] {
  const lines = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  return lines.map((line) => line.trim().replace(/^\/|\/$/g, "")).filter((name) => name !== "" && !/[*?#]/.test(name));
}
