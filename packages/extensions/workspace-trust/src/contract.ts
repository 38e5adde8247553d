import { defineNotify, defineService, type NotifyToken, type ServiceToken } from "@dispatch/kernel";
import type { FolderTrustState } from "@dispatch/wire";

/**
 * Whether a person has said that the files of a folder may decide which programs run: servers that it names, programs that lie in it, scripts of its
 * skills. The word holds for the files as they were then; when one of them is another, the folder is not trusted until somebody says so anew.
 */
export interface FolderTrust {
  /** Quick, for it is asked before every start: files that have not changed are not read again. Never throws: what cannot be told is not trusted. */
  trusts(folder: string): Promise<boolean>;
  /** Faults: `workspace-trust/no-folder` (missing). */
  files(folder: string): Promise<FolderTrustState>;
}
export const FolderTrust: ServiceToken<FolderTrust> = defineService<FolderTrust>("workspace-trust/folder-trust");

/** A person trusted a folder, or trusts it no longer. A change of its files is not told: ask. */
export const TrustChanged: NotifyToken<{ readonly folder: string }> = defineNotify<{ readonly folder: string }>(
  "workspace-trust/trust-changed",
);
