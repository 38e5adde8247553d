import { type Aim, type Finding, meets } from "./finding.ts";

const heading = ["", "what", "floor", "streamText", "dispatch", "measured", "aim", ""];

/** The findings as lines of text, columns aligned. */
export function table(findings: readonly Finding[]): string {
  const rows = [heading, ...findings.map(rowOf)];
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const notes = findings.flatMap(({ workload, what, note }) => (note === undefined ? [] : [`${workload} ${what}: ${note}`]));
  return [...rows.map((row) => line(row, widths)), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}

function rowOf(finding: Finding): readonly string[] {
  const { workload, what, unit, floor, streamText, dispatch, measured, measuredUnit, aim } = finding;
  const cell = (value: number | undefined) => (value === undefined ? "–" : `${number(value)} ${unit}`.trim());
  return [
    workload,
    what,
    cell(floor),
    cell(streamText),
    cell(dispatch),
    `${number(measured)} ${measuredUnit}`.trim(),
    aim === undefined ? "–" : `${aimText(aim)} ${measuredUnit}`.trim(),
    aim === undefined ? "" : meets(measured, aim) ? "ok" : "short",
  ];
}

const textColumns = 2;

const line = (row: readonly string[], widths: readonly number[]): string =>
  row
    .map((text, column) => (column < textColumns ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
    .join("  ")
    .trimEnd();

const aimText = (aim: Aim): string => ("atMost" in aim ? `≤ ${aim.atMost}` : `≥ ${aim.atLeast}`);

/** Three digits that count: more would be noise. */
function number(value: number): string {
  if (!Number.isFinite(value)) return "?";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
