import { defineTool, type FileStat, type Json, refuse, refuseFault, say, type ToolResult, type Workspace } from "@dispatch/kernel";
import { applyEdits, bytesOf, textOf } from "@dispatch/text-edits";
import { z } from "zod";
import { changedLines } from "./changed-lines.ts";

const fileBytesMax = 10 * 1024 * 1024;
const editsMax = 50;

const edit = z.object({
  old: z
    .string()
    .describe("The text that stands in the file now, copied exactly, indentation included. It must be unique unless replaceAll is set."),
  new: z.string().describe("The text to put in its place."),
  replaceAll: z.boolean().optional().describe("Replace every occurrence. Default false."),
});
const input = z.object({
  path: z.string().describe("File to change, relative to the working directory or absolute."),
  edits: z.array(edit).min(1).max(editsMax).describe("Applied in order, each to what the ones before it left; all are made or none is."),
});

export const editFile = defineTool<z.infer<typeof input>>({
  name: "edit_file",
  description: [
    "Replaces exact pieces of text in a file. Read the file first and copy `old` from it, without line numbers and with enough lines around it to be unique.",
    "Several edits of one file belong into one call. A file that has changed since it was read is not changed: read it again first.",
    "Line breaks (`\\n` finds `\\r\\n` too), byte order mark and mode of the file stay as they are.",
  ].join(" "),
  input,
  effect: "write",
  timeoutMs: 30_000,
  async run({ path, edits }, { workspace }) {
    try {
      const stat = await workspace.stat(path);
      const why = whyNot(workspace, stat);
      if (why !== undefined) return refuse(why);
      const file = textOf(await workspace.read(path));
      if (file === undefined) {
        return refuse(
          `${workspace.display(stat.path)} is not UTF-8 text, and editing would damage it. Use run_shell with a tool that fits its format.`,
        );
      }
      const applied = applyEdits(file.text, edits);
      if ("problem" in applied) return refuse(`${workspace.display(stat.path)}: ${applied.problem}`);
      const version = await workspace.write(path, bytesOf({ ...file, text: applied.text }), stat.version);
      workspace.note(stat.path, version);
      return await told(workspace.display(stat.path), file.text, applied);
    } catch (thrown) {
      return refuseFault(thrown);
    }
  },
});

function whyNot(workspace: Workspace, { path, kind, sizeBytes, version }: FileStat): string | undefined {
  const shown = workspace.display(path);
  if (kind === "directory") return `${shown} is a folder. Name a file in it.`;
  if (sizeBytes > fileBytesMax)
    return `${shown} is larger than the ${fileBytesMax.toLocaleString("en-US")} bytes that are edited at once. Use run_shell.`;
  const seen = workspace.seen(path);
  if (seen === undefined || seen === version) return undefined;
  return `${shown} has changed since you read it. Read it again, then repeat the edit on what is there now.`;
}

async function told(shown: string, before: string, applied: { readonly text: string; readonly replacements: number }): Promise<ToolResult> {
  const { from, to } = changedLines(before, applied.text);
  const times = applied.replacements === 1 ? "1 replacement" : `${applied.replacements.toLocaleString("en-US")} replacements`;
  const lines = from === to ? `line ${from}` : `lines ${from} to ${to}`;
  // Its library is large; a start does not wait for it.
  const { unifiedDiff } = await import("@dispatch/text-edits/unified-diff");
  const diff = unifiedDiff(shown, before, applied.text);
  const details: Json = { path: shown, diff: diff ?? "", ...(diff === undefined && { tooLarge: true }) };
  return say(`Edited ${shown}: ${times}; what changed is now within ${lines}.`, details);
}
