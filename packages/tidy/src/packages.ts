/** A folder's place tells what it may import. */
export type Group = (typeof groups)[number];
const groups = [
  "kernel",
  "contracts",
  "extensions",
  "libs",
  "observability",
  "testkit",
  "tidy",
  "bench",
  "torture",
  "cli",
  "web",
  "host-bin",
] as const;

export interface Package {
  /** From the root: `packages/extensions/todo`. */
  readonly folder: string;
  readonly group: Group;
  readonly name: string;
  readonly dependencies: Texts;
  readonly devDependencies: Texts;
  /** The file behind each door: `.`, `./contract`. */
  readonly doors: Texts;
  /** Of an extension, as its `index.ts` declares it. */
  readonly manifest?: Manifest;
}

export type Texts = { readonly [name: string]: string };

export interface Manifest {
  readonly id: string;
  readonly tier: string;
  readonly dependsOn: readonly string[];
}

/** Every package, in the order of its folder. */
export function packagesOf(files: { readonly [path: string]: string }): readonly Package[] {
  return Object.keys(files)
    .filter((path) => /^packages\/.+\/package\.json$/.test(path))
    .map((path) => path.slice(0, -"/package.json".length))
    .sort()
    .flatMap((folder) => packageAt(folder, files) ?? []);
}

function packageAt(folder: string, files: { readonly [path: string]: string }): Package | undefined {
  const group = groups.find((name) => name === folder.split("/")[1]);
  if (group === undefined) return undefined;
  const { name = "", dependencies = {}, devDependencies = {}, exports = {} } = readJson(files[`${folder}/package.json`]) as PackageJson;
  const manifest = group === "extensions" ? manifestOf(files[`${folder}/src/index.ts`] ?? "") : undefined;
  const declared = { folder, group, name, dependencies, devDependencies, doors: exports };
  return manifest === undefined ? declared : { ...declared, manifest };
}

/** Read, not run: what an extension declares stands in its text as literals. */
function manifestOf(index: string): Manifest | undefined {
  const id = /\bid:\s*"([^"]+)"/.exec(index)?.[1];
  const tier = /\btier:\s*"([^"]+)"/.exec(index)?.[1];
  const dependsOn = /\bdependsOn:\s*\[([^\]]*)\]/.exec(index)?.[1];
  if (id === undefined || tier === undefined || dependsOn === undefined) return undefined;
  return { id, tier, dependsOn: Array.from(dependsOn.matchAll(/"([^"]+)"/g), (match) => match[1] ?? "") };
}

/** `{}` for what is not there. */
export const readJson = (text: string | undefined): unknown => JSON.parse(text === undefined || text === "" ? "{}" : text);

interface PackageJson {
  readonly name?: string;
  readonly dependencies?: Texts;
  readonly devDependencies?: Texts;
  readonly exports?: Texts;
}
