import { anyRun } from "./match-runs.ts";
import { compileSegment } from "./segment.ts";
import { compilePath, matchesPath, type PathPattern } from "./segments.ts";

const rulesMax = 10_000;

interface Rule {
  readonly ignores: boolean;
  readonly foldersOnly: boolean;
  /** A rule with a slash is bound to its file's folder; one without fits a name at any depth. */
  readonly pattern: PathPattern;
}

/** The rules of one `.gitignore`, last first: the last that fits decides. */
export type IgnoreRules = readonly Rule[];

export function parseGitignore(text: string): IgnoreRules {
  const lines = text.replace(/^\ufeff/, "").split("\n", rulesMax);
  return lines.flatMap((line) => parseRule(line.replace(/\r$/, "")) ?? []).reverse();
}

/** `true`: ignored; `false`: taken back by a `!` rule; `undefined`: no rule fits. `from` names stand above the rules' folder. */
export function verdictOf(rules: IgnoreRules, names: readonly string[], from: number, isFolder: boolean): boolean | undefined {
  return rules.find((rule) => (isFolder || !rule.foldersOnly) && matchesPath(rule.pattern, names, from))?.ignores;
}

function parseRule(line: string): Rule | undefined {
  if (line.startsWith("#")) return undefined;
  const kept = withoutTrailingSpaces(line);
  const ignores = !kept.startsWith("!");
  const signed = ignores ? kept : kept.slice(1);
  const foldersOnly = signed.endsWith("/");
  const body = foldersOnly ? signed.slice(0, -1) : signed;
  if (body === "") return undefined;
  const bound = body.includes("/");
  const path = body.replace(/^\//, "");
  // What `a/**` names lies in `a`; the folder itself is not meant.
  const inside = path.endsWith("/**") ? `${path}/*` : path;
  return { ignores, foldersOnly, pattern: bound ? compilePath(inside) : [anyRun, compileSegment(path)] };
}

/** A space at the end counts only behind a `\`. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === " " && !escaped(line, end - 1)) end--;
  return line.slice(0, end);
}

function escaped(line: string, at: number): boolean {
  let slashes = 0;
  while (line[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}
