/**
 * The folder a conversation works in, and the one place that decides which paths a tool may touch. Every path given is relative to
 * `root` or absolute; real paths are compared on both sides, so neither `..` nor a symlink leads outside.
 * Faults of every member: `workspace/outside` (denied), `workspace/missing` (missing), `workspace/not-a-file` and `workspace/not-a-folder` (invalid),
 * `workspace/bad-path` (invalid) for text that cannot be a path, `workspace/no-permission` (denied) and `workspace/disk` (unavailable) for what the
 * system answers.
 */
export interface Workspace {
  /** Absolute real path. */
  readonly root: string;
  /** Absolute folder for what is too large to show: tools write there, `read_file` may read it, it is outside `root`. Created on demand by `keep`. */
  readonly scratch: string;
  /** The absolute real path, or `undefined` when it lies outside. A path that does not exist is judged by its nearest existing parent. */
  resolve(path: string): Promise<string | undefined>;
  /** As people and models should read it: relative to `root` where it lies within. */
  display(path: string): string;
  stat(path: string): Promise<FileStat>;
  /** At most `limit` entries in name order, and how many there are. */
  list(path: string, limit: number): Promise<{ readonly entries: readonly DirectoryEntry[]; readonly total: number }>;
  /**
   * Bytes `offset` to `offset + length` of a regular file, fewer at its end; checked again after opening. More than an implementation hands
   * out at once is `workspace/too-large` (limited).
   */
  read(path: string, range?: { readonly offset?: number; readonly length?: number }): Promise<Uint8Array>;
  /**
   * Replaces or creates a file atomically (temporary file, fsync, rename), keeping an existing file's mode. `expect` is the version
   * that the caller has seen: `workspace/changed` (conflict) when the file is another by now; `"absent"` refuses an existing file with `workspace/exists` (conflict).
   */
  write(path: string, bytes: Uint8Array, expect?: FileVersion | "absent"): Promise<FileVersion>;
  /** The version that this conversation last read or wrote, as noted by `note`. Kept in memory. */
  seen(path: string): FileVersion | undefined;
  note(path: string, version: FileVersion): void;
  /** Stores text in `scratch` under a fresh name and returns its absolute path. */
  keep(name: string, bytes: Uint8Array): Promise<string>;
}

export interface FileStat {
  /** Absolute real path. */
  readonly path: string;
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  readonly version: FileVersion;
}

/** Changes whenever the content may have: device, inode, size and modification time in nanoseconds. */
export type FileVersion = string;

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly sizeBytes: number;
}
