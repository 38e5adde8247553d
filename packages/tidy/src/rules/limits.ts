import { limitsNote, limitsText, unreachedIn } from "../limits-note.ts";
import type { Rule } from "../tree.ts";

/** Limits that stood before each had to have a test. It is made smaller whenever one of them gets one. */
export const unreachedMax = 0;

export const limits: Rule = {
  name: "the note of limits is as the constants are, and no limit comes without a test that reaches it",
  broken: (tree) => {
    const note = tree.files.get(limitsNote);
    if (note === undefined) return [];
    const wanted = limitsText(tree);
    const unreached = unreachedIn(wanted);
    const known = new Set(unreachedIn(note));
    return [
      ...unreached
        .filter((key) => !known.has(key))
        .map((key) => `${key} has no test that reaches it: write one, and name the constant in it or in a comment above (// Reaches …)`),
      ...(unreached.length > unreachedMax
        ? [`${limitsNote} lists ${unreached.length} limits without a test, of at most ${unreachedMax}: write one`]
        : []),
      ...(note === wanted ? [] : [`${limitsNote} is stale: run sh bin/bun packages/tidy/src/write-limits.ts`]),
    ];
  },
};
