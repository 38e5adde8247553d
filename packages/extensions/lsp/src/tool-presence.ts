import type { FolderServers } from "./folder-servers.ts";
import { realFolder } from "./folders.ts";

const foldersMax = 1_000;

/**
 * Whether a conversation in a folder is offered the tool: some server can be started for a file that lies there. It looks at names of files and
 * starts nothing, and a folder is looked through once. A yes stays, because a list of tools that comes and goes costs the model's prompt cache;
 * a no holds until some call has changed something.
 */
export class ToolPresence {
  readonly #folders: FolderServers;
  readonly #known = new Map<string, boolean>();

  constructor(folders: FolderServers) {
    this.#folders = folders;
  }

  async in(cwd: string): Promise<boolean> {
    const known = this.#known.get(cwd);
    if (known !== undefined) return known;
    const folder = await realFolder(cwd);
    const located = folder === undefined ? [] : await this.#folders.forFolder(folder);
    const present = located.some(({ order }) => order !== undefined);
    this.#known.set(cwd, present);
    const [oldest] = this.#known.keys();
    if (this.#known.size > foldersMax && oldest !== undefined) this.#known.delete(oldest);
    return present;
  }

  /** There may be files now where there were none. */
  lookAgain(): void {
    for (const [cwd, present] of this.#known) if (!present) this.#known.delete(cwd);
  }
}
