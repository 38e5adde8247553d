import { type Limit, limitsOf } from "./limits.ts";
import type { Tree } from "./tree.ts";

export const limitsNote = "notes/limits.md";

/** `notes/limits.md` as it should be: every limit with its value, its place, and the test that says what happens there. */
export function limitsText(tree: Tree): string {
  const limits = limitsOf(tree);
  const reached = limits.filter(({ test }) => test !== undefined);
  const unreached = limits.filter(({ test }) => test === undefined);
  const folders = Map.groupBy(reached, ({ path }) => path.slice(0, path.indexOf("/src/")));
  return [
    "# Limits",
    "",
    "Everything that can grow is bounded by a constant whose name ends in `Max`. This page is made from them; after a change: `sh bin/bun packages/tidy/src/write-limits.ts`.",
    "A test reaches a limit when it names the constant, by using it or in a comment above it (`// Reaches walMax.`); its title says what happens there.",
    "",
    `${limits.length} limits, ${reached.length} of them with a test that reaches them.`,
    ...[...folders].flatMap(([folder, rows]) => ["", `## ${folder.replace("packages/", "")}`, "", ...tableOf(rows)]),
    ...(unreached.length === 0 ? [] : ["", "## Not reached by a test that names them", ""]),
    ...unreached.map((limit) => `- \`${keyOf(limit)}\`: ${valueText(limit)}`),
    "",
  ].join("\n");
}

/** Of those that no test names, as the note lists them. */
export const unreachedIn = (note: string): readonly string[] => Array.from(note.matchAll(/^- `([^`]+)`: /gm), ([, key = ""]) => key);

export const keyOf = ({ path, name }: Limit): string => `${path.replace("packages/", "")} ${name}`;

const tableOf = (rows: readonly Limit[]): readonly string[] => [
  "| limit | value | where | what happens at it | test |",
  "|---|---|---|---|---|",
  ...rows.map((limit) => {
    const { name, path, test } = limit;
    const file = path.slice(path.indexOf("/src/") + 5);
    return `| \`${name}\` | ${valueText(limit)} | ${file} | ${cell(test?.title)} | ${test?.path.split("/").at(-1)} |`;
  }),
];

const valueText = ({ value, unit }: Limit): string => `${value.toLocaleString("en")} ${unit}`.trim();

const cell = (text = ""): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
