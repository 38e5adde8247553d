import type { Package } from "../packages.ts";
import type { Rule, Tree } from "../tree.ts";

/** Folder, package, manifest and doors tell the same story. */
export const manifests: Rule = {
  name: "a package is named as its folder, and an extension declares what it is",
  broken: (tree) => tree.packages.flatMap((one) => [...named(one), ...(one.group === "extensions" ? extension(tree, one) : [])]),
};

function named({ folder, name }: Package): readonly string[] {
  const expected = `@dispatch/${folder.split("/").at(-1)}`;
  return name === expected ? [] : [`${folder}/package.json is named "${name}": name it "${expected}"`];
}

function extension(tree: Tree, { folder, manifest, dependencies, doors }: Package): readonly string[] {
  const index = `${folder}/src/index.ts`;
  if (manifest === undefined)
    return [`${index} declares no manifest: default-export defineExtension({ id, version, apiVersion, tier, dependsOn, … }) with literals`];
  const id = folder.split("/").at(-1) ?? "";
  const text = tree.files.get(index) ?? "";
  const hasContract = tree.files.has(`${folder}/src/contract.ts`);
  const ids = new Map(tree.packages.flatMap((one) => (one.manifest === undefined ? [] : [[one.manifest.id, one] as const])));
  const problems = [
    manifest.id === id ? undefined : `${index} has the id "${manifest.id}": an extension's id is its folder's name, "${id}"`,
    /^export default/m.test(text) ? undefined : `${index} has no default export: host-bin imports an extension by it`,
    hasContract === "./contract" in doors
      ? undefined
      : `${folder}/package.json: exports "./contract" exactly when src/contract.ts is there`,
    Object.entries(doors).every(allowedDoor)
      ? undefined
      : `${folder}/package.json opens other doors than ".", "./contract" and, for tests, "./fixture": move what others need into contract.ts`,
  ];
  const unknown = manifest.dependsOn
    .filter((other) => !ids.has(other))
    .map((other) => `${index} depends on "${other}", which is no extension: correct the id`);
  const undeclared = manifest.dependsOn
    .flatMap((other) => ids.get(other) ?? [])
    .filter((other) => !(other.name in dependencies))
    .map(
      (other) =>
        `${index} depends on "${other.manifest?.id}": add "${other.name}": "workspace:*" to dependencies of ${folder}/package.json`,
    );
  return [...problems.filter((problem) => problem !== undefined), ...unknown, ...undeclared];
}

/** A fixture is for the tests of others: import arrows keep it out of what runs. */
const allowedDoor = ([door, file]: readonly [string, string]): boolean =>
  door === "." || door === "./contract" || (door === "./fixture" && file.endsWith(".fixture.ts"));
