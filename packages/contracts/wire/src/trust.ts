/** A file that names programs, or is one. */
export interface TrustedFile {
  /** Relative to its folder. */
  readonly path: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Whether the files of a folder may decide which programs run. */
export interface FolderTrustState {
  /** Absolute real path. */
  readonly folder: string;
  /** `changed`: it was trusted, and its files are others since. */
  readonly state: "untrusted" | "trusted" | "changed";
  /** Over all `files`, and what a yes has to name. `null`: they cannot all be read, so the folder cannot be trusted. */
  readonly hash: string | null;
  readonly files: readonly TrustedFile[];
  /** Why there is no hash. */
  readonly problem?: string;
}

/** A folder that somebody trusted. */
export interface FolderTrustRecord {
  readonly folder: string;
  readonly hash: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}
