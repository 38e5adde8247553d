import type { Package } from "../packages.ts";
import type { Rule, Tree } from "../tree.ts";

const sections = ["Gives", "Uses", "Configuration", "Limits", "Faults", "How it is tested"];
const linesMax = 80;

export const readmes: Rule = {
  name: "every package says what it is in its README",
  broken: (tree) => tree.packages.flatMap((one) => check(tree, one)),
};

function check(tree: Tree, { folder, group }: Package): readonly string[] {
  const path = `${folder}/README.md`;
  const text = tree.files.get(path);
  if (text === undefined)
    return [`${path} is missing: write in 20 to 80 lines what the package is, gives, uses, bounds, and how it is tested`];
  const lines = text.trimEnd().split("\n");
  const headings = lines.filter((line) => line.startsWith("## ")).map((line) => line.slice(3).trim());
  const missing = group === "extensions" ? sections.filter((section) => !headings.includes(section)) : [];
  return [
    ...(/^# \S/.test(text) && saysWhatItIs(lines, headings)
      ? []
      : [`${path} does not begin with its name and what it is: a title, then a sentence or two`]),
    ...(missing.length === 0 ? [] : [`${path} lacks ${missing.map((section) => `"## ${section}"`).join(", ")}: "None." is an answer`]),
    ...(lines.length > linesMax ? [`${path} has ${lines.length} lines: cut it to ${linesMax}; what is longer belongs in notes/`] : []),
  ];
}

const saysWhatItIs = (lines: readonly string[], headings: readonly string[]): boolean =>
  headings[0] === "What it is" ||
  lines
    .slice(1)
    .find((line) => line !== "")
    ?.startsWith("#") === false;
