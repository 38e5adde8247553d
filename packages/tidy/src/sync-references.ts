import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTree, repositoryRoot } from "./read-tree.ts";
import { staleConfigs } from "./references.ts";

// Writes every tsconfig's references from the packages' dependencies. Says which ones changed.
for (const [path, text] of staleConfigs(readTree())) {
  writeFileSync(join(repositoryRoot, path), text);
  console.log(`wrote ${path}`);
}
