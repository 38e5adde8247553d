import { readJson, type Texts } from "../packages.ts";
import type { Rule, Tree } from "../tree.ts";

const exact = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

interface RootPackageJson {
  readonly packageManager?: string;
  readonly workspaces?: { readonly catalog?: Texts; readonly catalogs?: { readonly [name: string]: Texts } };
  readonly devDependencies?: Texts;
}

/** One place holds every version, so that a package is on one version everywhere and an update is one line. */
export const versions: Rule = {
  name: "versions are exact and stand in the root catalog alone",
  broken: (tree) => {
    const root = readJson(tree.files.get("package.json")) as RootPackageJson;
    return [...catalog(root), ...users(tree, root)];
  },
};

function catalog({ packageManager = "", workspaces }: RootPackageJson): readonly string[] {
  const entries = [workspaces?.catalog ?? {}, ...Object.values(workspaces?.catalogs ?? {})].flatMap((one) => Object.entries(one));
  const loose = entries.filter(([, version]) => !exact.test(version));
  return [
    ...loose.map(([name, version]) => `package.json: the catalog holds ${name} at "${version}"; pin one exact version`),
    ...(/^bun@\d+\.\d+\.\d+$/.test(packageManager)
      ? []
      : [`package.json: packageManager is "${packageManager}"; pin Bun as bun@x.y.z, which bin/bun reads`]),
  ];
}

function users(tree: Tree, { workspaces, devDependencies = {} }: RootPackageJson): readonly string[] {
  const known = workspaces?.catalog ?? {};
  const manifests = [
    { path: "package.json", used: devDependencies },
    ...tree.packages.map((one) => ({ path: `${one.folder}/package.json`, used: { ...one.devDependencies, ...one.dependencies } })),
  ];
  const problems = manifests.flatMap(({ path, used }) =>
    Object.entries(used).flatMap(([name, version]) => {
      // A named catalog holds a second version of what one tool cannot use in the version of all others.
      if (workspaces?.catalogs?.[version.replace("catalog:", "")]?.[name] !== undefined) return [];
      const expected = name.startsWith("@dispatch/") ? "workspace:*" : "catalog:";
      if (version !== expected) return [`${path} has ${name} at "${version}": write "${expected}"`];
      return expected === "workspace:*" || name in known
        ? []
        : [`${path} uses ${name}, which the catalog lacks: add its exact version to the root package.json`];
    }),
  );
  const everyUsed = new Set(manifests.flatMap(({ used }) => Object.keys(used)));
  const idle = Object.keys(known).filter((name) => !everyUsed.has(name));
  return [...problems, ...idle.map((name) => `package.json: nothing uses ${name}; take it out of the catalog`)];
}
