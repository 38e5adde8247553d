import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTree, repositoryRoot } from "./read-tree.ts";
import { derivedConfigs } from "./references.ts";

// Writes every tsconfig's references from the packages' dependencies. Says which ones changed.
const tree = readTree();
for (const [path, text] of derivedConfigs(tree)) {
  if (tree.files.get(path) === text) continue;
  writeFileSync(join(repositoryRoot, path), text);
  console.log(`wrote ${path}`);
}
