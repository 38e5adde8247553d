import { Fault, type Workspace } from "@dispatch/kernel";
import { applyEdits, textOf } from "@dispatch/text-edits";
import { z } from "zod";
import type { CallDiffs } from "./contract.ts";

/** What is larger is not read for a person to look at. */
const fileBytesMax = 2 * 1024 * 1024;

/** As the tools themselves take it: what a call has besides does not change what it writes. */
const writeInput = z.object({ path: z.string(), content: z.string().max(fileBytesMax) });
const edit = z.object({ old: z.string(), new: z.string(), replaceAll: z.boolean().optional() });
const editInput = z.object({ path: z.string(), edits: z.array(edit) });

interface Change {
  /** As people read it. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** By the same code that edits, so that what is shown is what would be done. */
export const callDiffs: CallDiffs = {
  async of({ tool, input, workspace }) {
    try {
      const change = await changeOf(tool.name, input, workspace);
      if (change === undefined) return null;
      const { unifiedDiff } = await import("@dispatch/text-edits/unified-diff");
      return unifiedDiff(change.path, change.before, change.after) ?? null;
    } catch (thrown) {
      if (Fault.is(thrown)) return null;
      throw thrown;
    }
  },
};

async function changeOf(toolName: string, input: unknown, workspace: Workspace): Promise<Change | undefined> {
  if (toolName === "write_file") {
    const { data } = writeInput.safeParse(input);
    if (data === undefined) return undefined;
    const before = await textAt(data.path, workspace);
    return before === undefined ? undefined : { path: workspace.display(data.path), before, after: data.content };
  }
  if (toolName !== "edit_file") return undefined;
  const { data } = editInput.safeParse(input);
  const before = data === undefined ? undefined : await textAt(data.path, workspace);
  if (data === undefined || before === undefined) return undefined;
  const applied = applyEdits(before, data.edits);
  return "problem" in applied ? undefined : { path: workspace.display(data.path), before, after: applied.text };
}

/** Empty where there is no file yet. `undefined`: no text that could be compared. */
async function textAt(path: string, workspace: Workspace): Promise<string | undefined> {
  try {
    const { kind, sizeBytes } = await workspace.stat(path);
    if (kind !== "file" || sizeBytes > fileBytesMax) return undefined;
    return textOf(await workspace.read(path))?.text;
  } catch (thrown) {
    if (Fault.is(thrown) && thrown.code === "workspace/missing") return "";
    throw thrown;
  }
}
