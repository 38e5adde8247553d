import type { Rule, Source, Tree } from "../tree.ts";

/** Owners of codes that the kernel's contracts define for whoever implements them. */
const contractOwners = ["kernel", "store", "workspace", "tool", "model"];

/** A code says who speaks; who does not exist cannot be looked up. */
export const faultCodes: Rule = {
  name: "a fault's code begins with an owner that exists, and the owner's README lists it",
  broken: (tree) => {
    const owners = [...contractOwners, ...tree.packages.map(({ folder }) => folder.split("/").at(-1) ?? "")];
    const sources = tree.sources.filter((source) => source.package.group === "extensions" && !source.test);
    return sources.flatMap((source) => codesOf(source.text).flatMap((code) => check(tree, source, code, owners)));
  },
};

function check(tree: Tree, { path, package: from }: Source, code: string, owners: readonly string[]): readonly string[] {
  const [owner = ""] = code.split("/");
  if (!owners.includes(owner)) return [`${path} raises "${code}": nobody is called "${owner}"; begin the code with the extension's own id`];
  if (owner !== from.manifest?.id) return [];
  const readme = `${from.folder}/README.md`;
  return tree.files.get(readme)?.includes(code) ? [] : [`${path} raises "${code}": add it to the table of faults in ${readme}`];
}

const patterns = [/\bfault\(\s*"[a-z]+",\s*"([a-z0-9-]+\/[a-z0-9-]+)"/g, /\bcode\b[^\n=:"]*[=:]\s*"([a-z0-9-]+\/[a-z0-9-]+)"/g];

function codesOf(text: string): readonly string[] {
  return [...new Set(patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1] ?? "")))];
}
