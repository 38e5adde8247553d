import type { Connection } from "./connection.ts";
import { languageIdOf } from "./language-ids.ts";
import { uriOf } from "./uris.ts";

/** Open at once in one server. What was used longest ago is closed for another. */
export const openFilesMax = 64;

const openCharsMax = 32 * 1024 * 1024;

export interface OpenFile {
  readonly path: string;
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

/** How a server wants to be told of changes, of its answer to `initialize`. */
export interface SyncOptions {
  /** 0: not at all; the file is opened anew. */
  readonly change: number;
  readonly save: boolean;
}

/** The files that a server has open, as it knows them. */
export class OpenFiles {
  readonly #connection: Connection;
  readonly #options: SyncOptions;
  readonly #open = new Map<string, OpenFile>();
  /** Never starts again, so that what is told of an older text is never taken for a newer one's. */
  #version = 0;

  constructor(connection: Connection, options: SyncOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Brings the server's text of the file up to date. `changed`: the server knew another text, or none. */
  show(path: string, text: string): { readonly file: OpenFile; readonly changed: boolean } {
    const known = this.#open.get(path);
    this.#open.delete(path);
    if (known !== undefined && known.text === text) {
      this.#open.set(path, known);
      return { file: known, changed: false };
    }
    const file = { path, uri: uriOf(path), version: ++this.#version, text };
    this.#open.set(path, file);
    if (known === undefined || this.#options.change === 0) this.#reopen(file, known !== undefined);
    else this.#change(file);
    this.#closeOldest();
    return { file, changed: true };
  }

  close(path: string): void {
    const file = this.#open.get(path);
    if (file === undefined) return;
    this.#open.delete(path);
    this.#connection.notify("textDocument/didClose", { textDocument: { uri: file.uri } });
  }

  /** Used last comes last. */
  all(): readonly OpenFile[] {
    return [...this.#open.values()];
  }

  #reopen({ path, uri, version, text }: OpenFile, wasOpen: boolean): void {
    if (wasOpen) this.#connection.notify("textDocument/didClose", { textDocument: { uri } });
    this.#connection.notify("textDocument/didOpen", { textDocument: { uri, languageId: languageIdOf(path), version, text } });
  }

  #change({ uri, version, text }: OpenFile): void {
    this.#connection.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    if (this.#options.save) this.#connection.notify("textDocument/didSave", { textDocument: { uri }, text });
  }

  /** Never the one that was opened last. */
  #closeOldest(): void {
    let chars = this.all().reduce((sum, { text }) => sum + text.length, 0);
    for (const { path, text } of this.all().slice(0, -1)) {
      if (this.#open.size <= openFilesMax && chars <= openCharsMax) return;
      this.close(path);
      chars -= text.length;
    }
  }
}
