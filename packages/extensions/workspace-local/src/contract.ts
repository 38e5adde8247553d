import { defineService, type ServiceToken, type Workspace } from "@dispatch/kernel";

export interface Workspaces {
  /**
   * The folder of one conversation; the same object for the same conversation and folder, so that what was read is remembered.
   * Faults: `workspace-local/no-folder` (missing) when `root` is not a directory: its message says how to set another.
   */
  open(conversationId: string, root: string): Promise<Workspace>;
  /** Forgets what the conversation has read. */
  forget(conversationId: string): void;
  /** Removes what was kept for the conversation because it was too large to show. */
  dropScratch(conversationId: string): Promise<void>;
  /** What is kept for all conversations and was last changed before that. `remove: false` only counts. */
  sweepScratch(options: { readonly beforeMs: number; readonly remove: boolean; readonly signal: AbortSignal }): Promise<SweptScratch>;
}
export interface SweptScratch {
  readonly files: number;
  readonly sizeBytes: number;
}
export const Workspaces: ServiceToken<Workspaces> = defineService<Workspaces>("workspace-local/workspaces");
