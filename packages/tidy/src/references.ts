import { type Package, readJson } from "./packages.ts";
import type { Tree } from "./tree.ts";

/** What every tsconfig should hold, derived from the packages' dependencies: path → text. Only the `references` of what is there are replaced. */
export function derivedConfigs(tree: Tree): ReadonlyMap<string, string> {
  const folders = tree.packages.map(({ folder }) => folder);
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ["tsconfig.json", [...folders, "tsconfig.tests.json"]],
    ["tsconfig.tests.json", folders],
    ...tree.packages.map((one) => [`${one.folder}/tsconfig.json`, referencesOf(one, tree.packages)] as const),
  ];
  return new Map(lists.map(([path, references]) => [path, configText(tree.files.get(path), path, references)]));
}

/** Sources alone: tests are checked in a project of their own, which may see everything. */
function referencesOf(one: Package, packages: readonly Package[]): readonly string[] {
  return Object.keys(one.dependencies)
    .toSorted()
    .flatMap((name) => packages.filter((other) => other.name === name))
    .map((other) => relative(one.folder, other.folder));
}

function relative(from: string, to: string): string {
  const [source, target] = [from.split("/"), to.split("/")];
  const shared = source.findIndex((part, index) => part !== target[index]);
  return [...source.slice(shared).map(() => ".."), ...target.slice(shared)].join("/");
}

function configText(text: string | undefined, path: string, references: readonly string[]): string {
  const base = path
    .split("/")
    .slice(1)
    .map(() => "..")
    .join("/");
  const { references: _, ...rest } = (text === undefined ? { extends: `${base}/tsconfig.base.json` } : readJson(text)) as {
    references?: unknown;
  };
  const config = references.length === 0 ? rest : { ...rest, references: references.map((reference) => ({ path: reference })) };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
