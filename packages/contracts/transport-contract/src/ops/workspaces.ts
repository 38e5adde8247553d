import { z } from "zod";
import { foldersMax, pathCharsMax, titleCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { id, workspaceSlug } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";
import { workspace, workspaceEntry } from "../schemas/workspace.ts";

const byId = z.object({ workspaceId: id });
const bySlug = z.object({ workspaceId: workspaceSlug });
const title = z.string().trim().min(1, "must not be blank").max(titleCharsMax);
const folder = z.preprocess((given) => (given === "" ? null : given), z.string().max(pathCharsMax).nullable());

const untouched = {
  id: "default",
  title: "default",
  defaultCwd: null,
  defaultComputerId: null,
  starred: false,
  createdAt: 0,
  lastActivityAt: 0,
};

export const listWorkspaces = defineOp({
  id: "workspaces.list",
  intent: "read",
  summary: "Workspaces, newest activity first; `default` is always among them.",
  input: z.object({}),
  output: z.object({ workspaces: listOf(workspaceEntry) }),
  http: { method: "GET", path: "/workspaces" },
  cli: { command: "workspaces" },
  examples: [{ input: {}, output: { workspaces: [{ ...untouched, conversationCount: 0 }] } }],
});

export const getWorkspace = defineOp({
  id: "workspaces.get",
  intent: "read",
  summary: "One workspace.",
  input: byId,
  output: workspace,
  http: { method: "GET", path: "/workspaces/:workspaceId" },
  examples: [{ input: { workspaceId: "default" }, output: untouched }],
});

export const putWorkspace = defineOp({
  id: "workspaces.put",
  intent: "write",
  summary: "Creates a workspace, or changes the fields given of the one that is there.",
  input: bySlug.extend({ title: title.optional(), defaultCwd: folder.optional() }),
  output: workspace,
  http: { method: "PUT", path: "/workspaces/:workspaceId", bodyOptional: true },
  examples: [
    { input: { workspaceId: "default" }, output: untouched },
    { input: { workspaceId: "default", defaultCwd: "/tmp" }, output: { ...untouched, defaultCwd: "/tmp" } },
  ],
});

export const setWorkspaceTitle = defineOp({
  id: "workspaces.set-title",
  intent: "write",
  summary: "Renames a workspace, creating it when it is not there.",
  input: byId.extend({ title }),
  output: workspace,
  http: { method: "PUT", path: "/workspaces/:workspaceId/title" },
  examples: [{ input: { workspaceId: "default", title: " Home " }, output: { ...untouched, title: "Home" } }],
});

export const setWorkspaceCwd = defineOp({
  id: "workspaces.set-cwd",
  intent: "write",
  summary: "Sets where conversations of a workspace work that have no folder of their own; whatever is no text clears it.",
  input: byId.extend({ defaultCwd: z.preprocess((given) => (typeof given === "string" ? given : null), folder) }),
  output: workspace,
  http: { method: "PUT", path: "/workspaces/:workspaceId/default-cwd" },
  examples: [{ input: { workspaceId: "default", defaultCwd: "/tmp" }, output: { ...untouched, defaultCwd: "/tmp" } }],
});

export const setWorkspaceComputer = defineOp({
  id: "workspaces.set-computer",
  intent: "write",
  summary: "Sets the computer that conversations of a workspace use; null or empty clears it.",
  input: byId.extend({ computerId: z.preprocess((given) => (given === "" ? null : given), id.nullable()) }),
  output: workspace,
  http: { method: "PUT", path: "/workspaces/:workspaceId/default-computer" },
  examples: [{ input: { workspaceId: "default", computerId: "laptop" }, output: { ...untouched, defaultComputerId: "laptop" } }],
});

export const starWorkspace = defineOp({
  id: "workspaces.star",
  intent: "write",
  summary: "Marks a workspace with a star.",
  input: bySlug,
  output: workspace,
  http: { method: "PUT", path: "/workspaces/:workspaceId/star", bodyOptional: true },
  examples: [{ input: { workspaceId: "default" }, output: { ...untouched, starred: true } }],
});

export const unstarWorkspace = defineOp({
  id: "workspaces.unstar",
  intent: "write",
  summary: "Takes a workspace's star away.",
  input: bySlug,
  output: workspace,
  http: { method: "DELETE", path: "/workspaces/:workspaceId/star" },
  examples: [{ input: { workspaceId: "default" }, output: untouched }],
});

export const listFolders = defineOp({
  id: "folders.list",
  intent: "read",
  summary: "Folders of the server's machine whose path begins with what is given: those inside of it when it ends with a slash.",
  input: z.object({
    path: z.string().max(pathCharsMax).startsWith("/", "must begin with /").describe("Hidden folders are named when their dot is given."),
  }),
  output: z.object({
    folder: z.string().describe("Where they lie."),
    folders: listOf(z.string()).describe(
      `Absolute, by name, at most ${foldersMax}. None where there is nothing, or nothing that may be read.`,
    ),
    cut: z.boolean().describe("There are more than were looked at, or than are named."),
  }),
  http: { method: "GET", path: "/folders" },
  examples: [{ input: { path: "/no-such-folder/x" }, output: { folder: "/no-such-folder", folders: [], cut: false } }],
});

export const deleteWorkspace = defineOp({
  id: "workspaces.delete",
  intent: "destroy",
  summary: "Closes every conversation of a workspace, moves them to `default`, and deletes it. `default` itself stays.",
  input: byId,
  output: z.object({ workspaceId: z.string(), closedCount: z.int() }),
  http: { method: "DELETE", path: "/workspaces/:workspaceId" },
  examples: [{ input: { workspaceId: "gone" }, output: { workspaceId: "gone", closedCount: 0 } }],
});
