import { z } from "zod";

/** What the model asks. One tool, told apart by `action`: six tools would cost every request their six descriptions. */
export const lspInput = z
  .object({
    action: z
      .enum(["diagnostics", "hover", "definition", "references", "symbols", "rename_preview"])
      .describe(
        [
          "diagnostics: errors and warnings of `path`, or of every open file.",
          "hover: type and documentation of a name. definition: where it is defined. references: where it is used.",
          "symbols: the outline of `path`, or names matching `query` anywhere in the project.",
          "rename_preview: the diff that renaming to `newName` would be; nothing is written.",
        ].join(" "),
      ),
    path: z.string().min(1).optional().describe("The file, relative to the working directory or absolute."),
    symbol: z.string().min(1).max(500).optional().describe("The name that is asked about, as it stands in the file."),
    line: z.int().min(1).max(10_000_000).optional().describe("Line of the name, from 1. Without it the first place of `symbol` counts."),
    column: z.int().min(1).max(10_000_000).optional().describe("Column of the name, from 1; with `line`, instead of `symbol`."),
    query: z.string().max(500).optional().describe("For symbols: part of a name."),
    newName: z.string().min(1).max(500).optional().describe("For rename_preview."),
  })
  .superRefine(({ action, path, query, newName, symbol, line, column }, context) => {
    const need = (there: boolean, message: string) => void (there || context.addIssue({ code: "custom", message }));
    const pointing = action === "hover" || action === "definition" || action === "references" || action === "rename_preview";
    if (pointing) need(path !== undefined, `${action} needs path`);
    if (pointing) need(symbol !== undefined || (line !== undefined && column !== undefined), `${action} needs symbol, or line and column`);
    if (action === "symbols") need(path !== undefined || query !== undefined, "symbols needs path or query");
    if (action === "rename_preview") need(newName !== undefined, "rename_preview needs newName");
  });

export type LspInput = z.infer<typeof lspInput>;
