import { isDeepStrictEqual } from "node:util";
import { type Package, readJson } from "./packages.ts";
import type { Tree } from "./tree.ts";

/**
 * The tsconfigs that do not reference what their package depends on, as they should be: path → text. Only `references` change; their order and
 * the form of the file are its author's.
 */
export function staleConfigs(tree: Tree): ReadonlyMap<string, string> {
  const folders = tree.packages.map(({ folder }) => folder);
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ["tsconfig.json", [...folders, "tsconfig.tests.json"]],
    ["tsconfig.tests.json", folders],
    ...tree.packages.map((one) => [`${one.folder}/tsconfig.json`, referencesOf(one, tree.packages)] as const),
  ];
  const stale = lists.filter(([path, references]) => !isDeepStrictEqual(referencesIn(tree.files.get(path)), references.toSorted()));
  return new Map(stale.map(([path, references]) => [path, configText(tree.files.get(path), path, references)]));
}

/** `undefined` for a file that is not there. */
function referencesIn(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const { references = [] } = readJson(text) as { references?: readonly { path: string }[] };
  return references.map(({ path }) => path).toSorted();
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
