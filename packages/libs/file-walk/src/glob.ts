import { expandBraces } from "./braces.ts";
import { compileSegment, type Segment } from "./segment.ts";
import { compilePath, matchesPath } from "./segments.ts";

const alternativesMax = 64;
const patternCharsMax = 1_000;

/** Says whether a path, given as its names below the folder that was searched, fits. */
export type Glob = (names: readonly string[]) => boolean;

/**
 * `*`, `?`, `[a-z]`, `{a,b}` and `**` for any number of folders. Hidden names count like any other. A pattern without a slash fits a name at any
 * depth; `./*.ts` stays in the folder. A name always fits its own text, so that `app/[id]/page.tsx` finds the folder that is called `[id]`.
 */
export function compileGlob(source: string): { readonly glob: Glob } | { readonly problem: string } {
  const problem = problemOf(source);
  if (problem !== undefined) return { problem };
  const text = source.replace(/\/$/, "/**");
  const alternatives = expandBraces(text, alternativesMax);
  if (alternatives === undefined) return { problem: `The braces of the pattern stand for more than ${alternativesMax} patterns.` };
  const patterns = alternatives.map((pattern) => compilePath(pattern.includes("/") ? withoutDots(pattern) : `**/${pattern}`, orItself));
  return { glob: (names) => patterns.some((pattern) => matchesPath(pattern, names)) };
}

/** The folder that a pattern names before its first wildcard, `""` for none, and the pattern below it: `src/*.ts` is `./*.ts` in `src`. */
export function splitGlob(source: string): { readonly folder: string; readonly below: string } {
  const names = withoutDots(source).split("/");
  const wild = names.slice(0, -1).findIndex((name) => /[*?[{\\]/.test(name));
  const depth = wild < 0 ? names.length - 1 : wild;
  return depth === 0
    ? { folder: "", below: source }
    : { folder: names.slice(0, depth).join("/"), below: `./${names.slice(depth).join("/")}` };
}

const withoutDots = (pattern: string): string => pattern.replace(/^(\.\/)+/, "");

function problemOf(source: string): string | undefined {
  if (source.trim() === "") return "The pattern is empty. Use `**` for every file.";
  if (source.length > patternCharsMax) return `The pattern is longer than ${patternCharsMax} characters.`;
  if (source.startsWith("/")) return "The pattern is absolute. Give it relative to the folder that is searched.";
  if (source.split("/").includes("..")) return "The pattern holds `..`. Name the folder to search in, and give the pattern relative to it.";
  if (source.startsWith("!")) return "A pattern cannot exclude. Say which files are wanted.";
  return undefined;
}

function orItself(source: string): Segment {
  const fits = compileSegment(source);
  return (name) => name === source || fits(name);
}
