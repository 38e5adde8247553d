import type { Rule } from "../tree.ts";

/** Where a mark begins a comment or calls something out; the word alone may be what somebody searches for. */
const marks = /(?:\/\/|\*|#|<!--)\s*(?:TODO|FIXME)\b|\b(?:TODO|FIXME)\s*[:(]/;

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
