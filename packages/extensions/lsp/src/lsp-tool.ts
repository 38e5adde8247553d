import { defineTool, Fault, refuse, refuseFault, type Tool, type ToolCall, type ToolResult } from "@dispatch/kernel";
import { checkFiles } from "./check-files.ts";
import type { LanguageServices } from "./language-services.ts";
import { listSymbols } from "./list-symbols.ts";
import { findDefinition, findReferences, showHover } from "./look-up.ts";
import { type LspInput, lspInput } from "./lsp-input.ts";
import { previewRename } from "./preview-rename.ts";

export const toolName = "lsp";
const timeoutMs = 60_000;

export const lspTool = (services: LanguageServices): Tool =>
  defineTool<LspInput>({
    name: toolName,
    description: [
      "Asks the language server of a file: what the compiler says of it, what a name means, where it is defined and used, what renaming it would change.",
      "More exact than a text search for code. It reads files as they are on the disk and writes nothing.",
    ].join(" "),
    input: lspInput,
    effect: "read",
    timeoutMs,
    async run(given, call) {
      try {
        return await act(given, call, services);
      } catch (thrown) {
        // A server that is away is something to reckon with: the model goes on without it.
        if (Fault.is(thrown) && thrown.kind === "unavailable") return refuse(thrown.message, { code: thrown.code });
        return refuseFault(thrown);
      }
    },
  });

function act(given: LspInput, call: ToolCall, services: LanguageServices): Promise<ToolResult> {
  switch (given.action) {
    case "diagnostics":
      return checkFiles(given, call, services);
    case "hover":
      return showHover(given, call, services);
    case "definition":
      return findDefinition(given, call, services);
    case "references":
      return findReferences(given, call, services);
    case "symbols":
      return listSymbols(given, call, services);
    case "rename_preview":
      return previewRename(given, call, services);
  }
}
