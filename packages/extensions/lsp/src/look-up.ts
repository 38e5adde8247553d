import { Fault, refuse, say, type ToolCall, type ToolResult } from "@dispatch/kernel";
import type { Position } from "vscode-languageserver-types";
import { isRange } from "./diagnostics.ts";
import type { LanguageServer, Offers } from "./language-server.ts";
import type { LanguageServices } from "./language-services.ts";
import type { LspInput } from "./lsp-input.ts";
import { findPosition } from "./places.ts";
import { readSource, type SourceFile } from "./read-source.ts";
import { textOf } from "./text-files.ts";
import { pathOf } from "./uris.ts";

const hoverCharsMax = 8_000;
const placesMax = 100;
const lineCharsMax = 200;

export async function showHover(given: LspInput, call: ToolCall, services: LanguageServices): Promise<ToolResult> {
  const asked = await askAt(given, call, services, "hoverProvider", (server, params) =>
    server.request("textDocument/hover", params, call.signal),
  );
  if ("why" in asked) return refuse(asked.why);
  const text = hoverText((asked.answer as { readonly contents?: unknown } | null)?.contents).trim();
  if (text === "") return say(`The language server says nothing of ${nameOf(given)}.`);
  return say(text.length > hoverCharsMax ? `${text.slice(0, hoverCharsMax)}\n… (the rest is left out)` : text);
}

export async function findDefinition(given: LspInput, call: ToolCall, services: LanguageServices): Promise<ToolResult> {
  const asked = await askAt(given, call, services, "definitionProvider", (server, params) =>
    server.request("textDocument/definition", params, call.signal),
  );
  return "why" in asked ? refuse(asked.why) : tellPlaces(asked.answer, `No definition of ${nameOf(given)} was found.`, call);
}

export async function findReferences(given: LspInput, call: ToolCall, services: LanguageServices): Promise<ToolResult> {
  const asked = await askAt(given, call, services, "referencesProvider", (server, params) =>
    server.request("textDocument/references", { ...params, context: { includeDeclaration: true } }, call.signal),
  );
  return "why" in asked ? refuse(asked.why) : tellPlaces(asked.answer, `No use of ${nameOf(given)} was found.`, call);
}

interface PlaceParams {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

/** Asks about the place that the model points to. `why`: a sentence on what is in the way. */
export async function askAt<T>(
  { path = "", line, column, symbol }: LspInput,
  { workspace, signal }: ToolCall,
  services: LanguageServices,
  offer: keyof Offers,
  ask: (server: LanguageServer, params: PlaceParams, file: SourceFile) => Promise<T>,
): Promise<{ readonly answer: T } | { readonly why: string }> {
  const file = await readSource(workspace, path);
  if ("why" in file) return file;
  const position = findPosition(file.text, { line, column, symbol });
  if ("why" in position) return { why: `${workspace.display(file.path)}: ${position.why}` };
  return services.ask(workspace.root, file, offer, signal, (server, { uri }) => ask(server, { textDocument: { uri }, position }, file));
}

const nameOf = ({ symbol, line, column }: LspInput): string => symbol ?? `line ${line}, column ${column}`;

/** Markdown, plain text, or the older forms of both. */
function hoverText(contents: unknown): string {
  if (typeof contents === "string") return contents;
  if (Array.isArray(contents)) return contents.map(hoverText).join("\n\n");
  const { value, language } = (contents ?? {}) as { readonly [field: string]: unknown };
  if (typeof value !== "string") return "";
  return typeof language === "string" ? `\`\`\`${language}\n${value}\n\`\`\`` : value;
}

export interface Spot {
  readonly path: string;
  readonly position: Position;
}

/** Of a location, a list of them, or a list of links. */
export function spotsIn(answer: unknown): readonly Spot[] {
  const list: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return list.flatMap((item) => {
    const { uri, range, targetUri, targetSelectionRange } = (item ?? {}) as { readonly [field: string]: unknown };
    const path = pathOf(uri ?? targetUri);
    const at = range ?? targetSelectionRange;
    return path !== undefined && isRange(at) ? [{ path, position: (at as { readonly start: Position }).start }] : [];
  });
}

async function tellPlaces(answer: unknown, none: string, call: ToolCall): Promise<ToolResult> {
  const spots = [...spotsIn(answer)].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.position.line - b.position.line));
  if (spots.length === 0) return say(none);
  const shown = spots.slice(0, placesMax);
  const texts = new Map<string, readonly string[] | undefined>();
  for (const { path } of shown) if (!texts.has(path)) texts.set(path, await linesOf(path, call));
  const lines = shown.map(({ path, position: { line, character } }) => {
    const text = (texts.get(path)?.[line] ?? "").trim().slice(0, lineCharsMax);
    return `${call.workspace.display(path)}:${line + 1}:${character + 1}${text === "" ? "" : `  ${text}`}`;
  });
  if (spots.length > shown.length) lines.push(`… and ${spots.length - shown.length} more`);
  return say(lines.join("\n"), { count: spots.length });
}

/** Only of what the conversation may read: a definition may lie anywhere on the machine. */
async function linesOf(path: string, { workspace }: ToolCall): Promise<readonly string[] | undefined> {
  try {
    return textOf(await workspace.read(path))?.split(/\r\n|\r|\n/);
  } catch (thrown) {
    if (Fault.is(thrown)) return undefined;
    throw thrown;
  }
}
