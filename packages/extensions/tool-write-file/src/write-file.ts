import { defineTool, Fault, type FileStat, refuse, refuseFault, say, type ToolResult, type Workspace } from "@dispatch/kernel";
import { z } from "zod";

const contentCharsMax = 10 * 1024 * 1024;

const input = z.object({
  path: z.string().describe("File to write, relative to the working directory or absolute."),
  content: z.string().max(contentCharsMax).describe("The whole new content, exactly as it shall stand in the file."),
  overwrite: z.boolean().optional().describe("Must be true to replace a file that exists. Default false."),
});

export const writeFile = defineTool<z.infer<typeof input>>({
  name: "write_file",
  description: [
    "Creates a file, or with `overwrite: true` replaces one, with exactly the given content. To change a part of a file use edit_file.",
    "Folders are not created: make a missing one with run_shell (`mkdir -p`). A file that has changed since it was read is not replaced: read it again first.",
  ].join(" "),
  input,
  effect: "write",
  timeoutMs: 30_000,
  async run({ path, content, overwrite = false }, { workspace }) {
    try {
      if (!content.isWellFormed()) return refuse("The content holds half of a character (a lone surrogate). Write whole characters.");
      const replaced = await statOrNothing(workspace, path);
      const why = replaced && whyNotReplaced(workspace, replaced, overwrite);
      if (why !== undefined) return refuse(why);
      return await write(workspace, path, content, replaced);
    } catch (thrown) {
      if (Fault.is(thrown) && thrown.code === "workspace/missing") return refuse(await missingParent(workspace, path, thrown.message));
      return refuseFault(thrown);
    }
  },
});

async function write(workspace: Workspace, path: string, content: string, replaced: FileStat | undefined): Promise<ToolResult> {
  const bytes = new TextEncoder().encode(content);
  const version = await workspace.write(path, bytes, replaced?.version ?? "absent");
  const written = replaced?.path ?? (await workspace.resolve(path)) ?? path;
  workspace.note(written, version);
  const shown = workspace.display(written);
  const lines = linesOf(content);
  const size = `${count(bytes.length, "byte")}, ${count(lines, "line")}`;
  const details = { path: shown, created: replaced === undefined, sizeBytes: bytes.length, lines };
  if (replaced === undefined) return say(`Created ${shown}: ${size}.`, details);
  return say(`Replaced ${shown}: ${size} (before: ${count(replaced.sizeBytes, "byte")}).`, details);
}

async function statOrNothing(workspace: Workspace, path: string): Promise<FileStat | undefined> {
  try {
    return await workspace.stat(path);
  } catch (thrown) {
    if (Fault.is(thrown) && thrown.code === "workspace/missing") return undefined;
    throw thrown;
  }
}

function whyNotReplaced(workspace: Workspace, { path, kind, sizeBytes, version }: FileStat, overwrite: boolean): string | undefined {
  const shown = workspace.display(path);
  if (kind === "directory") return `${shown} is a folder. Name a file in it.`;
  if (kind === "other") return `${shown} is a pipe, a socket or a device, not a regular file. Choose another name.`;
  if (!overwrite) {
    return `${shown} exists already (${count(sizeBytes, "byte")}). Use edit_file to change a part of it, or call again with overwrite: true to replace it whole.`;
  }
  const seen = workspace.seen(path);
  if (seen === undefined || seen === version) return undefined;
  return `${shown} has changed since you read it. Read it again, and overwrite it only if that is still right.`;
}

/** Names the first folder on the way that is not there. */
async function missingParent(workspace: Workspace, path: string, otherwise: string): Promise<string> {
  const target = await workspace.resolve(path).catch(() => undefined);
  if (target === undefined) return otherwise;
  const names = target.split("/").slice(0, -1);
  for (let depth = 2; depth <= names.length; depth++) {
    const folder = names.slice(0, depth).join("/");
    if ((await workspace.resolve(folder)) === undefined || (await statOrNothing(workspace, folder)) !== undefined) continue;
    const parent = workspace.display(names.join("/"));
    return `The folder ${workspace.display(folder)} does not exist, and write_file makes no folders. Make it with run_shell: mkdir -p ${quoted(parent)}`;
  }
  return otherwise;
}

/** As read_file counts: a newline at the end begins no line. */
function linesOf(content: string): number {
  if (content === "") return 0;
  return content.split("\n").length - (content.endsWith("\n") ? 1 : 0);
}

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
const count = (n: number, word: string): string => `${n.toLocaleString("en-US")} ${word}${n === 1 ? "" : "s"}`;
