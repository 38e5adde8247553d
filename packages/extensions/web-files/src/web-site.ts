import { contentTypeOf } from "./content-types.ts";
import type { Folder, FoundFile } from "./folder.ts";

/** What a path leads to. */
export interface WebFile {
  readonly path: string;
  readonly contentType: string;
  readonly mark: string;
  /** Its name changes with its content: it may be kept for ever. */
  readonly isHashed: boolean;
  readonly isPage: boolean;
  /** The same file, packed, by the encoding's name. */
  readonly packed: { readonly [encoding in Encoding]?: FoundFile };
}
export type Encoding = "br" | "gzip";

const index = "index.html";
/** What the build puts here has a hash in its name, and is never a page. */
const assets = "assets/";
const endings: { readonly [encoding in Encoding]: string } = { br: ".br", gzip: ".gz" };

/**
 * The files of the web client, by a table of what lies in the folder: what is not in the table does not exist, whatever the path says. The table is
 * made at the first request, and anew when `index.html` was written anew.
 */
export class WebSite {
  readonly #folder: Folder;
  #table: Promise<Table> | undefined;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** `path` is decoded and begins with `/`. `undefined`: nothing is there. */
  async find(path: string): Promise<WebFile | undefined> {
    const name = path.slice(1);
    const kept = (await this.#table)?.files.get(name);
    // Any other file may be a newer one under its name: a page that stays open asks for those alone.
    if (kept?.isHashed === true) return kept;
    const { files } = await this.#fresh();
    return files.get(name) ?? (isAsset(name) ? undefined : files.get(index));
  }

  async #fresh(): Promise<Table> {
    const mark = await this.#folder.mark(index);
    const table = await this.#table;
    if (table !== undefined && table.mark === mark) return table;
    this.#table = tableOf(this.#folder, mark);
    return this.#table;
  }
}

interface Table {
  readonly mark: string | undefined;
  readonly files: ReadonlyMap<string, WebFile>;
}

const isAsset = (name: string): boolean => name.startsWith(assets) || contentTypeOf(name) !== undefined;

async function tableOf(folder: Folder, mark: string | undefined): Promise<Table> {
  const found = new Map((await folder.list()).map((file) => [file.path, file]));
  const files = new Map<string, WebFile>();
  for (const { path, mark } of found.values()) {
    const contentType = contentTypeOf(path);
    if (contentType === undefined) continue;
    const packed = Object.entries(endings).flatMap(([encoding, ending]) => {
      const file = found.get(path + ending);
      return file === undefined ? [] : [[encoding, file] as const];
    });
    const isHashed = path.startsWith(assets) && /-(?=[\w-]*[A-Z0-9_-])[\w-]{8}\.[a-z0-9.]+$/.test(path);
    files.set(path, { path, contentType, mark, isHashed, isPage: path === index, packed: Object.fromEntries(packed) });
  }
  return { mark, files };
}
