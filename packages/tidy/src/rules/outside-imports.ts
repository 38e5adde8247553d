import type { Import } from "../imports.ts";
import type { Rule, Source, Tree } from "../tree.ts";

/** Architecture, section 8: the columns `node:/bun:` and `npm`. */
export const outsideImports: Rule = {
  name: "the platform and npm are imported only where the place allows",
  broken: (tree) => {
    const everywhere = namesIn(tree.files.get("package.json"));
    return tree.sources.flatMap((source) => source.imports.flatMap((imported) => check(tree, source, imported, everywhere) ?? []));
  },
};

const isBuiltin = (specifier: string): boolean => /^(node|bun):/.test(specifier) || specifier === "bun";

function check(tree: Tree, source: Source, imported: Import, everywhere: readonly string[]): string | undefined {
  const { specifier, line } = imported;
  if (specifier.startsWith(".")) return undefined;
  const at = `${source.path}:${line} imports ${specifier}`;
  if (isBuiltin(specifier)) return source.test ? worldInUnitTest(source, specifier, at) : builtin(tree, source, imported, at);
  const name = packageName(specifier);
  if (name === source.package.name) return `${at}: a package imports its own files by their path`;
  const { dependencies, devDependencies } = source.package;
  if (source.test) {
    if (name in dependencies || name in devDependencies || everywhere.includes(name)) return undefined;
    return `${at}, which is not declared: add "${name}" to devDependencies of ${source.package.folder}/package.json`;
  }
  if (!(name in dependencies))
    return `${at}, which is not declared: add "${name}" to dependencies of ${source.package.folder}/package.json`;
  return name.startsWith("@dispatch/") ? undefined : npm(source, imported, at);
}

/** `bun test` of everything stays fast because unit tests need nothing but their code. */
function worldInUnitTest(source: Source, specifier: string, at: string): string | undefined {
  if (!/\.test\.tsx?$/.test(source.path) || source.path.includes(".bun.test.")) return undefined;
  const touches = /^bun|^node:(fs|net|http|https|child_process|worker_threads|os|dgram|tls)\b/.test(specifier);
  return touches ? `${at}: a test that touches the world is named *.bun.test.ts` : undefined;
}

function builtin(tree: Tree, { package: from, place }: Source, { typeOnly }: Import, at: string): string | undefined {
  switch (from.group) {
    case "kernel":
    case "contracts":
    case "web":
      return `${at}: this place is pure; take what you need as a port`;
    case "libs":
      if (typeOnly || /\b(node|bun):/.test(tree.files.get(`${from.folder}/README.md`) ?? "")) return undefined;
      return `${at}: a library is pure unless its README says otherwise; name ${at.split(" ").at(-1)} there, or take it as a parameter`;
    case "extensions": {
      const pure = ["index.ts", "contract.ts", "config.ts", "faults.ts"];
      if (typeOnly || !pure.includes(place)) return undefined;
      return `${at}: what touches the world stands in a file named for what it touches (process.ts, sqlite.ts, socket.ts)`;
    }
    case "observability":
    case "testkit":
    case "tidy":
    case "bench":
    case "torture":
    case "cli":
    case "host-bin":
      return undefined;
  }
}

function npm({ package: from }: Source, { specifier, typeOnly }: Import, at: string): string | undefined {
  if (from.group === "contracts" && packageName(specifier) !== "zod")
    return `${at}: contracts stand on zod alone, so that any client can import them`;
  if (from.group === "kernel" && !typeOnly) return `${at}: the kernel runs on no package; use import type, or take it as a port`;
  if (from.group === "tidy") return `${at}: tidy needs nothing but Bun`;
  return undefined;
}

function packageName(specifier: string): string {
  const [scope = "", name = ""] = specifier.split("/");
  return specifier.startsWith("@") ? `${scope}/${name}` : scope;
}

/** What the root declares for the tests of all packages: the runner and the types. */
function namesIn(packageJson: string | undefined): readonly string[] {
  const { devDependencies = {} } = JSON.parse(packageJson ?? "{}") as { devDependencies?: object };
  return Object.keys(devDependencies);
}
