import { compileSegment, type Segment } from "./segment.ts";

/** The names of a path pattern; `**` stands for any number of names. */
export type PathPattern = readonly (Segment | "**")[];

export function compilePath(source: string, compile: (name: string) => Segment = compileSegment): PathPattern {
  return source.split("/").map((name) => (name === "**" ? "**" : compile(name)));
}

/** As in one name, only the last `**` is ever tried again. `from` names at the beginning of the path are left out. */
export function matchesPath(pattern: PathPattern, names: readonly string[], from = 0): boolean {
  let at = from;
  let token = 0;
  let star = -1;
  let starAt = from;
  while (at < names.length) {
    const expected = pattern[token];
    if (expected === "**") {
      star = token++;
      starAt = at;
    } else if (expected?.(names[at] ?? "")) {
      at++;
      token++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  return pattern.slice(token).every((rest) => rest === "**");
}
