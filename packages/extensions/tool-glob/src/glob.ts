import { compileGlob, type Glob, modifiedMs, splitGlob, type Walk, type WalkedFile, walkFiles } from "@dispatch/file-walk";
import { defineTool, Fault, fault, refuse, refuseFault, say, type ToolCall, type ToolResult, type Workspace } from "@dispatch/kernel";
import { z } from "zod";
import { type Found, listed } from "./listed.ts";

const input = z.object({
  pattern: z.string().describe("Such as `*.ts` (at any depth), `src/**/*.test.ts`, `{docs,notes}/*.md`. Relative to `path`."),
  path: z.string().optional().describe("Folder to search in. Default: the working directory."),
});

export const glob = defineTool<z.infer<typeof input>>({
  name: "glob",
  description: [
    "Finds files by name, the last changed first. `*` and `?` stay within a name, `**` stands for any number of folders; hidden files count.",
    "What .gitignore rules out is left out, unless the pattern or the path names the folder that is ruled out. To search in contents use grep.",
  ].join(" "),
  input,
  effect: "read",
  timeoutMs: 60_000,
  async run({ pattern, path = "." }, call) {
    try {
      const { folder, below } = splitGlob(pattern);
      const compiled = compileGlob(below);
      const whole = compileGlob(pattern);
      if ("problem" in whole) return refuse(whole.problem);
      if ("problem" in compiled) return refuse(compiled.problem);
      const base = await call.workspace.stat(path);
      if (base.kind !== "directory") return refuse(`${call.workspace.display(base.path)} is not a folder. Name the folder to search in.`);
      const start = await folderIn(call.workspace, base.path, folder);
      return start === undefined
        ? say(nothingFits(pattern, call.workspace.display(base.path)))
        : await search(pattern, start, compiled.glob, call);
    } catch (thrown) {
      return refuseFault(thrown);
    }
  },
});

/** A folder that the pattern names and that is not there is no mistake: nothing fits, as with any other pattern. */
async function folderIn(workspace: Workspace, base: string, named: string): Promise<string | undefined> {
  try {
    const { kind, path } = await workspace.stat(named === "" ? base : `${base}/${named}`);
    return kind === "directory" ? path : undefined;
  } catch (thrown) {
    if (Fault.is(thrown) && thrown.code === "workspace/missing") return undefined;
    throw thrown;
  }
}

const nothingFits = (pattern: string, shown: string): string =>
  `No file fits ${pattern} in ${shown === "." ? "the working directory" : shown}. What .gitignore rules out was not searched.`;

async function search(pattern: string, start: string, fits: Glob, call: ToolCall): Promise<ToolResult> {
  const { workspace } = call;
  const mayEnter = async (folder: string) => (await workspace.resolve(folder).catch(() => undefined)) === folder;
  const walk = walkFiles({ start, top: workspace.root, mayEnter, signal: call.signal });
  const found: Found[] = [];
  for await (const files of walk)
    found.push(...(await Promise.all(files.filter(({ names }) => fits(names)).map((file) => look(file, workspace)))).flat());
  if (call.signal.aborted) throw fault("cancelled", "tool-glob/stopped", "The search was stopped.");
  const { text, shown } = listed(found);
  const notes = [text === "" ? nothingFits(pattern, workspace.display(start)) : text, ...notesOn(found.length - shown, walk)];
  return say(notes.join("\n"), { filesTotal: found.length, filesShown: shown, complete: walk.report.cut === undefined });
}

/** A link counts when it leads to a file that may be read. */
async function look(file: WalkedFile, workspace: Workspace): Promise<readonly Found[]> {
  const { path, kind } = file;
  if (kind === "symlink" && (await workspace.stat(path).catch(() => undefined))?.kind !== "file") return [];
  return [{ shown: workspace.display(path), modifiedMs: await modifiedMs(path) }];
}

function notesOn(left: number, { report }: Walk): readonly string[] {
  return [
    ...(left > 0
      ? [`… ${left.toLocaleString("en-US")} more ${left === 1 ? "file fits" : "files fit"}; narrow the pattern or the path.`]
      : []),
    ...(report.cut === "entries"
      ? [`(The search ended after ${report.entries.toLocaleString("en-US")} entries. Name a folder to see the rest.)`]
      : []),
    ...(report.cut === "depth" ? ["(Folders that lie very deep were left out. Name one to search in it.)"] : []),
    ...(report.unreadable > 0 ? [`(Folders that could not be read: ${report.unreadable}.)`] : []),
  ];
}
