/** One import or re-export of a file, as it is written. */
export interface Import {
  readonly specifier: string;
  /** Nothing of it is left when the file runs. */
  readonly typeOnly: boolean;
  /** What stands between `import` and `from`. */
  readonly names: string;
  /** Counting from 1. */
  readonly line: number;
}

const transpiler = new Bun.Transpiler({ loader: "ts" });
const statement = /^(?:import|export)\b([^"';]*?)"([^"\n]+)"/gm;
const inPlace = /\bimport\("([^"\n]+)"\)/g;

/**
 * Every import of a file. What runs is told by Bun's own parser; what is only a type is dropped by it, and is found by its place at the
 * beginning of a line.
 */
export function importsOf(text: string): readonly Import[] {
  const atRunTime = new Set(transpiler.scanImports(text).map(({ path }) => path));
  const written = [
    ...Array.from(text.matchAll(statement), (match) => ({ names: match[1] ?? "", specifier: match[2] ?? "", index: match.index })),
    ...Array.from(text.matchAll(inPlace), (match) => ({ names: "", specifier: match[1] ?? "", index: match.index })).filter(
      ({ index }) => !isQuoted(text, index),
    ),
  ].filter(({ names, specifier }) => atRunTime.has(specifier) || names === "" || /\bfrom\s*$/.test(names));
  const found = written.map(({ names, specifier, index }) => ({
    specifier,
    typeOnly: !atRunTime.has(specifier) || /^\s*type\b/.test(names),
    names: names.replace(/\bfrom\s*$/, "").trim(),
    line: text.slice(0, index).split("\n").length,
  }));
  const seen = new Set(found.map(({ specifier }) => specifier));
  const unseen = [...atRunTime].filter((specifier) => !seen.has(specifier));
  return [...found, ...unseen.map((specifier) => ({ specifier, typeOnly: false, names: "", line: lineOf(text, specifier) }))];
}

const lineOf = (text: string, specifier: string): number => text.slice(0, Math.max(0, text.indexOf(specifier))).split("\n").length;

/** Good enough for one line: an odd number of quotes stands before the place. */
function isQuoted(text: string, index: number): boolean {
  const before = text.slice(text.lastIndexOf("\n", index) + 1, index);
  return (before.match(/["'`]/g)?.length ?? 0) % 2 === 1;
}
