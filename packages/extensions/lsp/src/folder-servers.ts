import { join } from "node:path";
import type { Environment } from "@dispatch/child-processes";
import type { ConfigSource } from "./config-file.ts";
import { FolderSamples } from "./folder-samples.ts";
import { findRoot, liesIn, readSmallFile, versionOf } from "./folders.ts";
import { howToStart, type Start } from "./how-to-start.ts";
import type { Programs } from "./programs.ts";
import { covers, entriesOf, type FolderEntries, type ServerEntry } from "./server-entries.ts";
import type { KeyedOrder } from "./servers.ts";

/** A server for files of one root, and how it is started. */
export interface Located {
  readonly entry: ServerEntry;
  /** Real path, within the folder. */
  readonly root: string;
  readonly start: Start;
  /** Absent unless it can be started. */
  readonly order?: KeyedOrder;
}

export interface FolderServersPorts {
  readonly programs: Programs;
  readonly environment: Environment;
  trusts(folder: string): Promise<boolean>;
}

/** Low names first: what is said later overrides. */
const sources: readonly ConfigSource[] = ["opencode.json", ".dispatch/lsp.json"];
const foldersMax = 200;

/** Which servers there are for a folder and its files. It looks and starts nothing. Folders are absolute real paths. */
export class FolderServers {
  readonly #ports: FolderServersPorts;
  readonly #samples = new FolderSamples();
  readonly #known = new Map<string, { readonly versions: string; readonly entries: FolderEntries }>();

  constructor(ports: FolderServersPorts) {
    this.#ports = ports;
  }

  /** Those that take care of a file, in the order of preference. None for a file outside the folder. */
  async forFile(folder: string, file: string): Promise<readonly Located[]> {
    if (!liesIn(file, folder)) return [];
    const { entries } = await this.entries(folder);
    const covering = entries.filter((entry) => covers(entry, file));
    if (covering.length === 0) return [];
    const trusted = await this.#ports.trusts(folder);
    return covering.flatMap((entry) => {
      const root = findRoot(file, folder, entry.rootMarkers);
      return root === undefined && entry.needsMarker ? [] : [this.#locate(entry, folder, root ?? folder, trusted)];
    });
  }

  /** Those for which the folder holds a file. */
  async forFolder(folder: string): Promise<readonly Located[]> {
    const samples = await this.#samples.of(folder);
    const { entries } = await this.entries(folder);
    const trusted = await this.#ports.trusts(folder);
    return entries.flatMap((entry) => {
      const sample = entry.extensions
        .map((ending) => samples.get(ending.toLowerCase()) ?? samples.get(ending))
        .find((path) => path !== undefined);
      if (sample === undefined) return [];
      const root = findRoot(sample, folder, entry.rootMarkers);
      return root === undefined && entry.needsMarker ? [] : [this.#locate(entry, folder, root ?? folder, trusted)];
    });
  }

  /** Read anew when a file has changed. */
  async entries(folder: string): Promise<FolderEntries> {
    const paths = sources.map((source) => join(folder, source));
    const versions = (await Promise.all(paths.map(versionOf))).join("|");
    const known = this.#known.get(folder);
    if (known?.versions === versions) return known.entries;
    const files = await Promise.all(sources.map(async (source) => ({ source, content: await readSmallFile(join(folder, source)) })));
    // Most folders have no such file, and its schema takes time to make.
    const { parseConfig } = files.some(({ content }) => typeof content === "string")
      ? await import("./config-file.ts")
      : { parseConfig: undefined };
    const entries = entriesOf(
      files.flatMap(({ source, content }) => {
        if (content === undefined) return [];
        const unreadable = { problem: `${source} is not a readable file of at most 64 KiB. Nothing of it counts until then.` };
        return [{ source, config: content === null || parseConfig === undefined ? unreadable : parseConfig(source, content) }];
      }),
    );
    this.#known.delete(folder);
    this.#known.set(folder, { versions, entries });
    const [oldest] = this.#known.keys();
    if (this.#known.size > foldersMax && oldest !== undefined) this.#known.delete(oldest);
    return entries;
  }

  async locate(entry: ServerEntry, folder: string): Promise<Located> {
    return this.#locate(entry, folder, folder, await this.#ports.trusts(folder));
  }

  #locate(entry: ServerEntry, project: string, root: string, trusted: boolean): Located {
    const { programs, environment } = this.#ports;
    const start = howToStart(entry, { project, trusted, programs, environment });
    if (start.kind !== "ready") return { entry, root, start };
    const { words, environment: env, initialization } = start;
    const order: KeyedOrder = {
      key: JSON.stringify([entry.id, root, words, env, initialization ?? null]),
      id: entry.id,
      name: entry.name,
      root,
      command: { words, cwd: root, environment: { ...env, PWD: root } },
      ...(initialization !== undefined && { initialization }),
    };
    return { entry, root, start, order };
  }
}
