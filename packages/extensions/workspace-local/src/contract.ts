import { defineService, type ServiceToken, type Workspace } from "@dispatch/kernel";

export interface Workspaces {
  /**
   * The folder of one conversation; the same object for the same conversation and folder, so that what was read is remembered.
   * Faults: `workspace-local/no-folder` (missing) when `root` is not a directory: its message says how to set another.
   */
  open(conversationId: string, root: string): Promise<Workspace>;
  /** Forgets what the conversation has read. */
  forget(conversationId: string): void;
}
export const Workspaces: ServiceToken<Workspaces> = defineService<Workspaces>("workspace-local/workspaces");
