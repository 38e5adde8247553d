import type { Clock, Json, Store } from "@dispatch/kernel";
import type { FolderTrustRecord, FolderTrustState } from "@dispatch/wire";
import type { FolderTrust } from "./contract.ts";
import { CannotBeTrusted, FilesChanged, NoFolder } from "./faults.ts";
import { type FolderFiles, isFresh, readFolderFiles, realFolder } from "./folder-files.ts";

/** Folders whose files are remembered; those asked for longest ago are read anew. */
const rememberedMax = 128;
const prefix = "folder/";

export interface TrustPorts {
  readonly store: Store;
  readonly clock: Clock;
  changed(folder: string): void;
}

/** Who trusted which folder, and as it was when. */
export class TrustBook implements FolderTrust {
  readonly #ports: TrustPorts;
  /** By folder, least recently asked for first. */
  readonly #remembered = new Map<string, FolderFiles>();

  constructor(ports: TrustPorts) {
    this.#ports = ports;
  }

  trusts: FolderTrust["trusts"] = async (folder) => {
    try {
      const real = realFolder(folder);
      const record = real === undefined ? undefined : await this.#record(real);
      // What nobody has trusted is not read.
      return record !== undefined && this.#read(record.folder).hash === record.hash;
    } catch {
      return false;
    }
  };

  files: FolderTrust["files"] = async (folder) => {
    const real = realFolder(folder);
    if (real === undefined) throw new NoFolder(folder);
    const record = await this.#record(real);
    const { files, hash, problem } = this.#read(real);
    const whenKnown = record?.hash === hash ? "trusted" : "changed";
    return {
      folder: real,
      state: record === undefined ? "untrusted" : whenKnown,
      hash,
      files,
      ...(problem === undefined ? {} : { problem }),
    };
  };

  /** By path. */
  async list(): Promise<readonly FolderTrustRecord[]> {
    const found: FolderTrustRecord[] = [];
    for await (const { value } of this.#ports.store.scan({ prefix })) found.push(value as unknown as FolderTrustRecord);
    return found.sort((a, b) => (a.folder < b.folder ? -1 : 1));
  }

  /** `hash` is that of the files that somebody looked at. */
  async trust(folder: string, hash: string, by: string): Promise<FolderTrustState> {
    const { folder: real, hash: now, problem } = await this.files(folder);
    if (now === null) throw new CannotBeTrusted(real, problem ?? "its files cannot be read.");
    if (now !== hash) throw new FilesChanged(real);
    const record: FolderTrustRecord = { folder: real, hash, by, at: this.#ports.clock.now() };
    await this.#ports.store.commit([{ put: await keyOf(real), value: record as unknown as Json }]);
    this.#ports.changed(real);
    return this.files(real);
  }

  /** Also of a folder that is gone. */
  async distrust(folder: string): Promise<boolean> {
    const real = realFolder(folder) ?? folder;
    if ((await this.#record(real)) === undefined) return false;
    await this.#ports.store.commit([{ remove: await keyOf(real) }]);
    this.#ports.changed(real);
    return true;
  }

  async #record(folder: string): Promise<FolderTrustRecord | undefined> {
    const value = await this.#ports.store.get(await keyOf(folder));
    return value === undefined ? undefined : (value as unknown as FolderTrustRecord);
  }

  #read(folder: string): FolderFiles {
    const before = this.#remembered.get(folder);
    this.#remembered.delete(folder);
    const files = before !== undefined && isFresh(before) ? before : readFolderFiles(folder);
    this.#remembered.set(folder, files);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > rememberedMax && oldest !== undefined) this.#remembered.delete(oldest);
    return files;
  }
}

/** A path may be longer than a key, and have letters that no key has. */
async function keyOf(folder: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(folder));
  return prefix + new Uint8Array(hash).toHex();
}
