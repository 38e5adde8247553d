import type { Workspace } from "@dispatch/kernel";
import { textBytesMax, textOf } from "./text-files.ts";

/** A file as a server is told of it. */
export interface SourceFile {
  /** Absolute real path. */
  readonly path: string;
  readonly text: string;
}

/** The text of a file of the workspace; `why` says what is in the way. Faults: the workspace's. */
export async function readSource(workspace: Workspace, path: string): Promise<SourceFile | { readonly why: string }> {
  const { path: real, kind, sizeBytes } = await workspace.stat(path);
  const shown = workspace.display(real);
  if (kind !== "file") return { why: `${shown} is not a file. Name a source file.` };
  if (sizeBytes > textBytesMax) return { why: `${shown} is larger than the ${textBytesMax} bytes that a language server is shown.` };
  const text = textOf(await workspace.read(path));
  return text === undefined ? { why: `${shown} is not UTF-8 text.` } : { path: real, text };
}
