import type { Rule, Tree } from "../tree.ts";

const linesMax = 300;
/** About 2,000, as the design says. */
const kernelLinesMax = 2_050;
const agentsLinesMax = 150;

/** Files that are one idea and longer all the same, each with its reason. */
export const longFiles: { readonly [path: string]: string } = {};

export const fileLengths: Rule = {
  name: "no file is longer than one reads in one go",
  broken: (tree) => [...sources(tree), ...kernel(tree), ...agents(tree)],
};

function sources(tree: Tree): readonly string[] {
  const lengths = new Map(tree.sources.filter(({ test }) => !test).map(({ path, text }) => [path, linesOf(text)]));
  const long = [...lengths].filter(([path, lines]) => lines > linesMax && longFiles[path] === undefined);
  const idle = Object.keys(longFiles).filter((path) => tree.files.has(path) && (lengths.get(path) ?? 0) <= linesMax);
  return [
    ...long.map(([path, lines]) => `${path} has ${lines} lines of at most ${linesMax}: look for its second idea and give it a file`),
    ...idle.map((path) => `${path} is short enough by now: take it off the list in packages/tidy/src/rules/file-lengths.ts`),
  ];
}

function kernel(tree: Tree): readonly string[] {
  const ofKernel = tree.sources.filter((source) => source.package.group === "kernel" && !source.test);
  const total = ofKernel.reduce((sum, { text }) => sum + linesOfCode(text), 0);
  return total <= kernelLinesMax
    ? []
    : [`packages/kernel has ${total} lines of code of at most ${kernelLinesMax}: move what is a feature into an extension`];
}

function agents(tree: Tree): readonly string[] {
  const lines = linesOf(tree.files.get("AGENTS.md") ?? "");
  return lines <= agentsLinesMax
    ? []
    : [`AGENTS.md has ${lines} lines of at most ${agentsLinesMax}: it is read at every start; move detail into notes/`];
}

/** Its contracts are half prose, and prose is no weight: blank lines, comments and imports do not count. */
const linesOfCode = (text: string): number =>
  text
    .replace(/^import [^;]*;$/gm, "")
    .split("\n")
    .filter((line) => !/^\s*(?:\/\/|\/?\*|$)/.test(line)).length;
const linesOf = (text: string): number => text.trimEnd().split("\n").length;
