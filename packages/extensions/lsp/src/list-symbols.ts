import { refuse, say, type ToolCall, type ToolResult } from "@dispatch/kernel";
import { isRange } from "./diagnostics.ts";
import type { LanguageServices } from "./language-services.ts";
import { spotsIn } from "./look-up.ts";
import type { LspInput } from "./lsp-input.ts";
import { readSource } from "./read-source.ts";

const symbolsMax = 200;
const depthMax = 6;
const nameCharsMax = 200;
const detailCharsMax = 120;

/** The outline of a file, or names anywhere in the project. */
export function listSymbols(given: LspInput, call: ToolCall, services: LanguageServices): Promise<ToolResult> {
  return given.path === undefined ? ofProject(given.query ?? "", call, services) : ofFile(given.path, given.query, call, services);
}

async function ofFile(
  path: string,
  query: string | undefined,
  { workspace, signal }: ToolCall,
  services: LanguageServices,
): Promise<ToolResult> {
  const file = await readSource(workspace, path);
  if ("why" in file) return refuse(file.why);
  const asked = await services.ask(workspace.root, file, "documentSymbolProvider", signal, (server, { uri }) =>
    server.request("textDocument/documentSymbol", { textDocument: { uri } }, signal),
  );
  if ("why" in asked) return refuse(asked.why);
  const lines = outline(asked.answer, 0).filter((line) => query === undefined || line.toLowerCase().includes(query.toLowerCase()));
  return lines.length === 0
    ? say(`${workspace.display(file.path)} has no symbols${query === undefined ? "" : ` that match ${query}`}.`)
    : say(bounded(lines));
}

async function ofProject(query: string, { workspace, signal }: ToolCall, services: LanguageServices): Promise<ToolResult> {
  const answers = await services.askAll(workspace.root, "workspaceSymbolProvider", signal, (server) =>
    server.request("workspace/symbol", { query }, signal),
  );
  if (answers.length === 0)
    return refuse("No language server of this folder can search for names. Name a file with `path`, or search with grep.");
  const lines = answers
    .flatMap((answer) => (Array.isArray(answer) ? answer : []))
    .flatMap((item: unknown) => {
      const { name, kind, containerName, location } = (item ?? {}) as { readonly [field: string]: unknown };
      const [spot] = spotsIn(location);
      if (typeof name !== "string" || spot === undefined) return [];
      const inside = typeof containerName === "string" && containerName !== "" ? ` in ${containerName}` : "";
      return [`${kindOf(kind)} ${name.slice(0, nameCharsMax)}${inside}  ${workspace.display(spot.path)}:${spot.position.line + 1}`];
    });
  return lines.length === 0 ? say(`No symbol matches ${query}.`) : say(bounded(lines), { count: lines.length });
}

/** Nested symbols, or the older flat list. */
function outline(answer: unknown, depth: number): readonly string[] {
  if (!Array.isArray(answer) || depth > depthMax) return [];
  return answer.flatMap((item: unknown) => {
    const { name, kind, detail, range, location, children } = (item ?? {}) as { readonly [field: string]: unknown };
    const at = isRange(range) ? range : (location as { readonly range?: unknown } | null | undefined)?.range;
    if (typeof name !== "string" || !isRange(at)) return [];
    const { start, end } = at as { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
    const more = typeof detail === "string" && detail !== "" ? ` ${detail.replace(/\s+/g, " ").slice(0, detailCharsMax)}` : "";
    const lines = start.line === end.line ? `${start.line + 1}` : `${start.line + 1}-${end.line + 1}`;
    return [`${"  ".repeat(depth)}${kindOf(kind)} ${name.slice(0, nameCharsMax)}${more}  ${lines}`, ...outline(children, depth + 1)];
  });
}

function bounded(lines: readonly string[]): string {
  const more = lines.length > symbolsMax ? [`… and ${lines.length - symbolsMax} more; ask for a part of a name with query`] : [];
  return [...lines.slice(0, symbolsMax), ...more].join("\n");
}

/** In the order of the protocol, from 1. */
const kinds = [
  ...[
    "file",
    "module",
    "namespace",
    "package",
    "class",
    "method",
    "property",
    "field",
    "constructor",
    "enum",
    "interface",
    "function",
    "variable",
  ],
  ...[
    "constant",
    "string",
    "number",
    "boolean",
    "array",
    "object",
    "key",
    "null",
    "enum member",
    "struct",
    "event",
    "operator",
    "type parameter",
  ],
];
const kindOf = (kind: unknown): string => (typeof kind === "number" ? kinds[kind - 1] : undefined) ?? "symbol";
