import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { limitsOf } from "./limits.ts";
import { limitsNote, limitsText } from "./limits-note.ts";
import { readTree, repositoryRoot } from "./read-tree.ts";

// Writes notes/limits.md from the constants and the tests that name them.
const tree = readTree();
writeFileSync(join(repositoryRoot, limitsNote), limitsText(tree));
const limits = limitsOf(tree);
console.log(`${limits.length} limits, ${limits.filter(({ test }) => test !== undefined).length} with a test`);
