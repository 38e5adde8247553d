import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import {
  deleteWorkspace,
  getWorkspace,
  listFolders,
  listWorkspaces,
  putWorkspace,
  setWorkspaceComputer,
  setWorkspaceCwd,
  setWorkspaceTitle,
  starWorkspace,
  unstarWorkspace,
} from "@dispatch/transport-contract";
import { foldersAt } from "./folder-names.ts";
import type { WorkspaceTable } from "./workspaces.ts";

export function workspaceOps(workspaces: WorkspaceTable): readonly ImplementedOp[] {
  return [
    implement(listWorkspaces, async () => ({ workspaces: await workspaces.list() })),
    implement(getWorkspace, ({ workspaceId }) => workspaces.get(workspaceId)),
    implement(putWorkspace, ({ workspaceId, title, defaultCwd }) =>
      workspaces.change(workspaceId, {
        ...(title === undefined ? {} : { title }),
        ...(defaultCwd === undefined ? {} : { defaultCwd }),
      }),
    ),
    implement(setWorkspaceTitle, ({ workspaceId, title }) => workspaces.change(workspaceId, { title })),
    implement(setWorkspaceCwd, ({ workspaceId, defaultCwd }) => workspaces.change(workspaceId, { defaultCwd })),
    implement(setWorkspaceComputer, ({ workspaceId, computerId }) => workspaces.change(workspaceId, { defaultComputerId: computerId })),
    implement(starWorkspace, ({ workspaceId }) => workspaces.change(workspaceId, { starred: true })),
    implement(unstarWorkspace, ({ workspaceId }) => workspaces.change(workspaceId, { starred: false })),
    implement(listFolders, ({ path }) => foldersAt(path)),
    implement(deleteWorkspace, async ({ workspaceId }) => ({ workspaceId, closedCount: await workspaces.remove(workspaceId) })),
  ];
}
