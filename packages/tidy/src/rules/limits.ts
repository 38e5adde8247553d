import { limitsNote, limitsText, unreachedIn } from "../limits-note.ts";
import type { Rule } from "../tree.ts";

export const limits: Rule = {
  name: "the note of limits is as the constants are, and each limit has a test that reaches it",
  broken: (tree) => {
    const note = tree.files.get(limitsNote);
    if (note === undefined) return [];
    const wanted = limitsText(tree);
    return [
      ...unreachedIn(wanted).map(
        (key) => `${key} has no test that reaches it: write one, and name the constant in it or in a comment above (// Reaches …)`,
      ),
      ...(note === wanted ? [] : [`${limitsNote} is stale: run sh bin/bun packages/tidy/src/write-limits.ts`]),
    ];
  },
};
