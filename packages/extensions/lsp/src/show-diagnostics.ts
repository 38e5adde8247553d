import type { Diagnostic } from "vscode-languageserver-types";
import type { Finding } from "./language-services.ts";

export const problemsShownMax = 20;
const messageCharsMax = 400;
const words = { 1: "error", 2: "warning", 3: "info", 4: "hint" } as const;

export interface Shown {
  /** Lines such as `error 3:7 Type 'string' is not …  [ts 2322]`. */
  readonly lines: readonly string[];
  readonly errors: number;
  readonly warnings: number;
}

/** What the servers say of one file, the worst first. Without hints and information, which nobody has to act on. */
export function showDiagnostics(findings: readonly Finding[], max: number = problemsShownMax): Shown {
  const problems = findings
    .flatMap(({ diagnostics = [] }) => diagnostics)
    .filter((each) => severityOf(each) <= 2)
    .sort(
      (a, b) =>
        severityOf(a) - severityOf(b) || a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
    );
  const errors = problems.filter((each) => severityOf(each) === 1).length;
  const lines = problems.slice(0, max).map(lineOf);
  if (problems.length > max) lines.push(`… and ${problems.length - max} more`);
  return { lines, errors, warnings: problems.length - errors };
}

/** A server that does not say how bad it is means an error. */
const severityOf = ({ severity }: Diagnostic): 1 | 2 | 3 | 4 => severity ?? 1;

function lineOf({ range, message, source, code, severity }: Diagnostic): string {
  const { line, character } = range.start;
  const from = [source, code].filter((part) => typeof part === "string" || typeof part === "number").join(" ");
  const said = (typeof message === "string" ? message : message.value).replace(/\s+/g, " ").trim();
  const short = said.length > messageCharsMax ? `${said.slice(0, messageCharsMax)}…` : said;
  return `${words[severity ?? 1]} ${line + 1}:${character + 1} ${short}${from === "" ? "" : ` [${from}]`}`;
}

/** `2 errors, 1 warning`; empty when there is none. */
export function countOf({ errors, warnings }: Shown): string {
  return [many(errors, "error"), many(warnings, "warning")].filter((part) => part !== "").join(", ");
}

const many = (count: number, word: string): string => (count === 0 ? "" : `${count} ${word}${count === 1 ? "" : "s"}`);
