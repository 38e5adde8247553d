import { defineTool, Fault, refuse, refuseFault, type Tool } from "@dispatch/kernel";
import type { LanguageServices } from "./language-services.ts";
import { type LspInput, lspInput } from "./lsp-input.ts";

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
        // Loaded with the first question: most servers start without one.
        const { answer } = await import("./answer.ts");
        return await answer(given, call, services);
      } catch (thrown) {
        // A server that is away is something to reckon with: the model goes on without it.
        if (Fault.is(thrown) && thrown.kind === "unavailable") return refuse(thrown.message, { code: thrown.code });
        return refuseFault(thrown);
      }
    },
  });
