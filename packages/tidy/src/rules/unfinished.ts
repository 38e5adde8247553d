import type { Rule } from "../tree.ts";

/** Written in two halves, so that this file does not break its own rule. */
const marks = new RegExp(`\\b(${["TO", "FIX"].map((start) => (start === "TO" ? `${start}DO` : `${start}ME`)).join("|")})\\b`);

export const unfinished: Rule = {
  name: "nothing is left for later in a comment",
  broken: (tree) =>
    [...tree.files]
      .filter(([path]) => !path.endsWith(".json"))
      .flatMap(([path, text]) =>
        text
          .split("\n")
          .flatMap((line, index) =>
            marks.test(line) ? [`${path}:${index + 1} leaves something undone: do it, or write it into tasks.md and delete the mark`] : [],
          ),
      ),
};
