import { isDeepStrictEqual } from "node:util";
import { readJson } from "../packages.ts";
import { staleConfigs } from "../references.ts";
import type { Rule, Tree } from "../tree.ts";

const pure = ["kernel", "contracts"];

/** `tsc -b` sees exactly the arrows that the packages declare, and the pure places see no platform. */
export const projectReferences: Rule = {
  name: "tsconfig references equal the workspace dependencies",
  broken: (tree) => [...references(tree), ...purity(tree)],
};

const references = (tree: Tree): readonly string[] =>
  Array.from(
    staleConfigs(tree).keys(),
    (path) => `${path} does not reference what its package depends on: run sh bin/bun packages/tidy/src/sync-references.ts`,
  );

function purity(tree: Tree): readonly string[] {
  return tree.packages
    .filter(({ group }) => pure.includes(group))
    .filter(({ folder }) => {
      const { compilerOptions } = readJson(tree.files.get(`${folder}/tsconfig.json`)) as {
        compilerOptions?: { types?: readonly string[] };
      };
      return !isDeepStrictEqual(compilerOptions?.types, []);
    })
    .map(
      ({ folder }) =>
        `${folder}/tsconfig.json lets the platform in: set "compilerOptions": { "types": [] }, so that fetch, process and timers do not compile`,
    );
}
