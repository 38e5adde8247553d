import type { FolderServers, Located } from "./folder-servers.ts";
import { liesIn, realFolder } from "./folders.ts";
import type { Servers } from "./servers.ts";

export interface ServerStatus {
  readonly id: string;
  readonly name: string;
  readonly root: string;
  readonly extensions: readonly string[];
  readonly state: "connected" | "starting" | "error" | "not-started";
  readonly error?: string;
  readonly configSource?: ".dispatch/lsp.json" | "opencode.json" | "built-in";
}

/** The servers of a folder: what its files name, what runs, and what is installed for what lies in it. Starts nothing. */
export async function statusOf(cwd: string, folders: FolderServers, servers: Servers): Promise<readonly ServerStatus[]> {
  const folder = await realFolder(cwd);
  if (folder === undefined) return [];
  const { entries, problems } = await folders.entries(folder);
  const there = await folders.forFolder(folder);
  const configured = await Promise.all(
    entries
      .filter(({ id, source }) => source !== "built-in" && !there.some(({ entry }) => entry.id === id))
      .map((entry) => folders.locate(entry, folder)),
  );
  const located = [...there, ...configured].filter(({ entry, start }) => entry.source !== "built-in" || start.kind !== "missing");
  const known = located.map((each) => statusOfOne(each, servers));
  const elsewhere = entries.flatMap((entry) =>
    servers
      .orders()
      .filter(({ id, root, key }) => id === entry.id && liesIn(root, folder) && !located.some(({ order }) => order?.key === key))
      .map(({ key, root }) => ({ ...base(entry), root, ...servers.state(key) })),
  );
  const broken = problems.map(({ source, problem }) => ({
    ...{ id: source, name: source, root: folder, extensions: [], state: "error" as const, error: problem, configSource: source },
  }));
  return [...broken, ...known, ...elsewhere];
}

function statusOfOne({ entry, root, start, order }: Located, servers: Servers): ServerStatus {
  if (start.kind === "ready" && order !== undefined) return { ...base(entry), root, ...servers.state(order.key) };
  const why = start.kind === "ready" ? {} : { error: start.why };
  return { ...base(entry), root, state: start.kind === "missing" ? "error" : "not-started", ...why };
}

const base = ({ id, name, extensions, source }: Located["entry"]) => ({ id, name, extensions, configSource: source });
