import { anyRun, type Expected, matchRuns } from "./match-runs.ts";
import { compileSegment, type Segment } from "./segment.ts";

/** The names of a path pattern; `**` stands for any number of names. */
export type PathPattern = readonly Expected<string>[];

export function compilePath(source: string, compile: (name: string) => Segment = compileSegment): PathPattern {
  return source.split("/").map((name) => (name === "**" ? anyRun : compile(name)));
}

/** `from` names at the beginning of the path are left out. */
export const matchesPath = (pattern: PathPattern, names: readonly string[], from = 0): boolean => matchRuns(pattern, names, from);
