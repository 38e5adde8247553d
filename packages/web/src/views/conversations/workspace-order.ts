import type { WorkspaceEntry } from "@dispatch/wire";

/** Those with a star first, then as something last happened in them. */
export const byStar = (workspaces: readonly WorkspaceEntry[]): readonly WorkspaceEntry[] =>
  workspaces.toSorted((a, b) => Number(b.starred) - Number(a.starred) || b.lastActivityAt - a.lastActivityAt || a.id.localeCompare(b.id));
