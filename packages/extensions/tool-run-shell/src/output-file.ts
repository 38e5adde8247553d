import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { Workspace } from "@dispatch/kernel";
import type { OutputFile } from "./output.ts";

/** A file in the workspace's scratch that grows. `keep` makes it, because the workspace bounds what lies there and says who may read it. */
export async function openOutputFile(workspace: Workspace, first: Uint8Array): Promise<OutputFile> {
  const path = await workspace.keep("run_shell.txt", first);
  const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
  return { path, append: (bytes) => file.appendFile(bytes), close: () => file.close() };
}
