import { Fault, refuse, say, type ToolCall, type ToolResult } from "@dispatch/kernel";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import type { TextEdit } from "vscode-languageserver-types";
import type { LanguageServices } from "./language-services.ts";
import { askAt } from "./look-up.ts";
import type { LspInput } from "./lsp-input.ts";
import { applyTextEdits, plannedEdits } from "./text-edits.ts";
import { textOf } from "./text-files.ts";

const filesMax = 50;
const diffCharsMax = 60_000;
const changedLinesMax = 1_000;

/** What a renaming would change, as a diff. Nothing is written. */
export async function previewRename(given: LspInput, call: ToolCall, services: LanguageServices): Promise<ToolResult> {
  const { newName = "" } = given;
  const asked = await askAt(given, call, services, "renameProvider", (server, params) =>
    server.request("textDocument/rename", { ...params, newName }, call.signal),
  );
  if ("why" in asked) return refuse(asked.why);
  const { files, others } = plannedEdits(asked.answer);
  const paths = [...files.keys()].sort();
  if (paths.length === 0 && others.length === 0)
    return refuse(`The language server cannot rename what stands there to ${newName}. Check the place and the name.`);
  const edits = [...files.values()].reduce((sum, each) => sum + each.length, 0);
  const parts: string[] = [];
  let room = diffCharsMax;
  for (const path of paths.slice(0, filesMax)) {
    const part = await diffOf(path, files.get(path) ?? [], call);
    room -= part.length;
    parts.push(
      room >= 0 ? part : `${call.workspace.display(path)}: ${files.get(path)?.length} changes, left out because the diff is long.\n`,
    );
  }
  const rest = paths.length > filesMax ? [`… and ${paths.length - filesMax} more files\n`] : [];
  const head = `Renaming to ${newName} would change ${edits} place${edits === 1 ? "" : "s"} in ${paths.length} file${paths.length === 1 ? "" : "s"}. Nothing has been written; make the changes with the tools that edit files.\n`;
  const said = others.slice(0, filesMax).map((other) => `It would also ${other}.\n`);
  return say([head, ...parts, ...rest, ...said].join("\n"), { edits, files: paths.map((path) => call.workspace.display(path)) });
}

/** Of what lies outside the working directory only how much would change. */
async function diffOf(path: string, edits: readonly TextEdit[], { workspace }: ToolCall): Promise<string> {
  const shown = workspace.display(path);
  const text = await workspace.read(path).then(textOf, (thrown: unknown) => {
    if (Fault.is(thrown)) return undefined;
    throw thrown;
  });
  if (text === undefined) return `${shown}: ${edits.length} changes in a file that is not within reach.\n`;
  const after = applyTextEdits(text, edits);
  if (after === undefined) return `${shown}: ${edits.length} changes that overlap.\n`;
  const options = { context: 2, headerOptions: FILE_HEADERS_ONLY, maxEditLength: changedLinesMax };
  const diff = createTwoFilesPatch(`a/${shown}`, `b/${shown}`, text, after, undefined, undefined, options);
  return (
    diff ??
    `${shown}: ${edits.length} changes, too many for a diff.
`
  );
}
