import type { Rule } from "../tree.ts";

const refused = new Set(["util", "utils", "helper", "helpers", "common", "manager", "misc", "shared"]);
const kebab = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/;

export const fileNames: Rule = {
  name: "files and folders are named by what they hold, in kebab-case",
  broken: (tree) => {
    const parts = new Map([...tree.files.keys()].filter((path) => path.startsWith("packages/")).flatMap(partsOf));
    return [...parts].flatMap(([path, name]) => check(path, name));
  },
};

/** The path and each folder above it, with its last name. */
function partsOf(path: string): readonly (readonly [string, string])[] {
  const names = path.split("/");
  return names.map((name, index) => [names.slice(0, index + 1).join("/"), name]);
}

function check(path: string, name: string): readonly string[] {
  const vague = name.split(/[-.]/).find((word) => refused.has(word));
  if (vague !== undefined) return [`${path}: "${vague}" says nothing; name the file by the one idea in it, and split it if it has two`];
  if (/\.tsx?$/.test(name) && !kebab.test(name))
    return [`${path}: name it in kebab-case, a noun, or verb-noun for a file that is one function`];
  return [];
}
