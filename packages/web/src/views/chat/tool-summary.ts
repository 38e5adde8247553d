import { visible } from "../../parts/visible-text.ts";

export type ToolLook = "terminal" | "edit" | "read" | "search" | "web" | "list" | "other";

export interface ToolSummary {
  readonly look: ToolLook;
  readonly title: string;
  /** What it is about, on one line. */
  readonly subject: string;
}

const looks: { readonly [tool: string]: readonly [ToolLook, string, string] } = {
  run_shell: ["terminal", "Run", "command"],
  edit_file: ["edit", "Edit", "path"],
  write_file: ["edit", "Write", "path"],
  read_file: ["read", "Read", "path"],
  grep: ["search", "Search", "pattern"],
  glob: ["search", "Find files", "pattern"],
  fetch: ["web", "Fetch", "url"],
  web_search: ["web", "Search the web", "query"],
  youtube_transcript: ["web", "Read a transcript", "url"],
  todo_write: ["list", "Update tasks", ""],
};
const subjectCharsMax = 300;

export function summaryOf(toolName: string, input: unknown): ToolSummary {
  const [look, title, field] = looks[toolName] ?? ["other", visible(toolName), ""];
  return { look, title, subject: visible(oneLine(field === "" ? firstText(input) : textIn(input, field))) };
}

const oneLine = (text: string): string =>
  text
    .slice(0, subjectCharsMax * 2)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, subjectCharsMax);

export function textIn(input: unknown, field: string): string {
  const value = typeof input === "object" && input !== null ? (input as { readonly [name: string]: unknown })[field] : undefined;
  return typeof value === "string" ? value : "";
}

function firstText(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  const found = Object.values(input).find((value) => typeof value === "string");
  return typeof found === "string" ? found : "";
}
