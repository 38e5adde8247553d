import type { ToolCall, ToolResult } from "@dispatch/kernel";
import { checkFiles } from "./check-files.ts";
import type { LanguageServices } from "./language-services.ts";
import { listSymbols } from "./list-symbols.ts";
import { findDefinition, findReferences, showHover } from "./look-up.ts";
import type { LspInput } from "./lsp-input.ts";
import { previewRename } from "./preview-rename.ts";

/** Does what the model asks. Faults: the workspace's, and those of the servers. */
export function answer(given: LspInput, call: ToolCall, services: LanguageServices): Promise<ToolResult> {
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
