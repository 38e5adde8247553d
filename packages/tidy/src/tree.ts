import { type Import, importsOf } from "./imports.ts";
import { type Package, packagesOf } from "./packages.ts";

/** The repository as a value: what rules look at, so that each is tested on a few lines of text. */
export interface Tree {
  /** Text by path from the root. What is not text stands there too, as an empty string. */
  readonly files: ReadonlyMap<string, string>;
  readonly packages: readonly Package[];
  readonly sources: readonly Source[];
}

export interface Source {
  readonly path: string;
  readonly package: Package;
  /** From the package's `src`. */
  readonly place: string;
  readonly text: string;
  /** A test, or a file that only tests use. */
  readonly test: boolean;
  readonly imports: readonly Import[];
}

/** One property of the repository. Each message names a place, what is wrong there, and what to do instead. */
export interface Rule {
  readonly name: string;
  broken(tree: Tree): readonly string[];
}

export function treeOf(files: { readonly [path: string]: string }): Tree {
  const packages = packagesOf(files);
  const sources = packages.flatMap((owner) => sourcesOf(owner, files));
  return { files: new Map(Object.entries(files)), packages, sources };
}

function sourcesOf(owner: Package, files: { readonly [path: string]: string }): readonly Source[] {
  const root = `${owner.folder}/src/`;
  return Object.entries(files)
    .filter(([path]) => path.startsWith(root) && /\.(?:tsx?|svelte)$/.test(path) && !path.endsWith(".d.ts"))
    .map(([path, whole]) => ({ path, text: path.endsWith(".svelte") ? scriptOf(whole) : whole }))
    .map(({ path, text }) => ({
      path,
      package: owner,
      place: path.slice(root.length),
      text,
      test: /\.(test|fixture)\.tsx?$/.test(path),
      imports: importsIn(path, text),
    }));
}

/** Of a component: its scripts, in the lines where they stand. Its markup imports only what is awaited in place. */
function scriptOf(component: string): string {
  const scripts = /<script\b[^>]*>([\s\S]*?)<\/script>/g;
  let text = "";
  for (const { index, 0: tag, 1: body = "" } of component.matchAll(scripts)) {
    const linesBefore = component.slice(0, index + tag.indexOf(body)).split("\n").length;
    text += "\n".repeat(Math.max(0, linesBefore - text.split("\n").length)) + body;
  }
  return text;
}

function importsIn(path: string, text: string): readonly Import[] {
  try {
    return importsOf(text);
  } catch (thrown) {
    throw new Error(`${path} does not parse`, { cause: thrown });
  }
}
