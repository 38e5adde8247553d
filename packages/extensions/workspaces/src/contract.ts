import { defineIntercept, defineService, type InterceptToken, type ServiceToken } from "@dispatch/kernel";

/**
 * A workspace is deleted: whoever keeps something of it ends that here, then goes on. A throw keeps the workspace, and a second attempt goes on. Gives
 * how many conversations it had.
 */
export const DeleteWorkspace: InterceptToken<{ readonly workspaceId: string }, number> = defineIntercept<
  { readonly workspaceId: string },
  number
>("workspaces/delete-workspace");

/** What a workspace says for conversations that say nothing of their own. */
export interface WorkspaceDefaults {
  /** `null`: the server's own machine. */
  computerOf(workspaceId: string): Promise<string | null>;
}
export const WorkspaceDefaults: ServiceToken<WorkspaceDefaults> = defineService<WorkspaceDefaults>("workspaces/defaults");
