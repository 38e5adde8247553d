import type { FolderServers } from "./folder-servers.ts";
import { realFolder } from "./folders.ts";

const foldersMax = 1_000;

/**
 * Whether a conversation in a folder is offered the tool: some server can be started for a file that lies there. Once that was so the answer stays,
 * because a list of tools that comes and goes costs the model's prompt cache. It looks at names of files and starts nothing.
 */
export function toolPresence(folders: FolderServers): (cwd: string, signal: AbortSignal) => Promise<boolean> {
  const present = new Set<string>();
  return async (cwd, signal) => {
    if (present.has(cwd)) return true;
    const folder = await realFolder(cwd);
    const located = folder === undefined ? [] : await folders.forFolder(folder, signal);
    if (!located.some(({ order }) => order !== undefined)) return false;
    present.add(cwd);
    const [oldest] = present;
    if (present.size > foldersMax && oldest !== undefined) present.delete(oldest);
    return true;
  };
}
