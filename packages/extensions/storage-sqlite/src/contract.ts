import { defineService, type ServiceToken } from "@dispatch/kernel";

/** The one file that holds everything, for those who look after it. */
export interface DatabaseFile {
  /** Absolute, links resolved; `:memory:` for none. */
  readonly path: string;
  readonly schemaVersion: number;
  /**
   * Writes all that is stored now, as of one moment, into one SQLite file, for this user alone, while the server works on. The file is there whole and
   * checked, or not at all. Faults: `storage-sqlite/backup-exists` (conflict), `storage-sqlite/backup-running` (conflict),
   * `storage-sqlite/backup-failed` (unavailable), `storage-sqlite/bad-backup-path` (invalid).
   */
  backUp(target: BackupTarget): Promise<Backup>;
}
export const DatabaseFile: ServiceToken<DatabaseFile> = defineService<DatabaseFile>("storage-sqlite/database-file");

export interface BackupTarget {
  /** Absolute. */
  readonly file: string;
  /** Puts it in the place of a file that is there. */
  readonly force: boolean;
  /** Folders whose files go along, into the table `backup_file` as `<name>/<path below the folder>`. One that is not there is empty. */
  readonly folders: readonly { readonly name: string; readonly path: string }[];
}

export interface Backup {
  readonly file: string;
  readonly sizeBytes: number;
  readonly schemaVersion: number;
  /** Rows of the database. */
  readonly entries: number;
  /** Files of the folders. */
  readonly files: number;
}
