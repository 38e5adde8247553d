import type { FileVersion } from "@dispatch/kernel";

const filesMax = 10_000;

/** What one conversation has read, by absolute path. Beyond `filesMax` files the one noted longest ago is forgotten. */
export class SeenVersions {
  readonly #versions = new Map<string, FileVersion>();

  get(path: string): FileVersion | undefined {
    return this.#versions.get(path);
  }

  note(path: string, version: FileVersion): void {
    this.#versions.delete(path);
    this.#versions.set(path, version);
    if (this.#versions.size <= filesMax) return;
    const [oldest] = this.#versions.keys();
    if (oldest !== undefined) this.#versions.delete(oldest);
  }
}
