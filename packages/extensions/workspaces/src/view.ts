import type { ConversationRecord } from "@dispatch/conversation-store/contract";
import type { Workspace, WorkspaceEntry } from "@dispatch/wire";

export const defaultId = "default";

/** What people have said of a workspace. What is not said is not there. */
export interface Saved {
  readonly title?: string;
  readonly defaultCwd?: string | null;
  readonly defaultComputerId?: string | null;
  readonly starred?: boolean;
  /** When it was made before any conversation was in it. */
  readonly createdAt?: number;
}

/** A conversation, as far as its workspace is concerned. */
export type Member = Pick<ConversationRecord, "workspaceId" | "createdAt" | "lastActivityAt">;

/** A workspace is there when somebody made it or when a conversation is in it; `default` always is. */
export function viewOf(id: string, saved: Saved | undefined, members: readonly Member[]): Workspace | undefined {
  if (saved === undefined && members.length === 0 && id !== defaultId) return undefined;
  const { title = id, defaultCwd = null, defaultComputerId = null, starred = false, createdAt } = saved ?? {};
  // Its times are those of its conversations, so that every message counts and none is counted by hand.
  const oldest = members.reduce((least, member) => Math.min(least, member.createdAt), createdAt ?? Infinity);
  const latest = members.reduce((most, member) => Math.max(most, member.lastActivityAt), createdAt ?? 0);
  return { id, title, defaultCwd, defaultComputerId, starred, createdAt: oldest === Infinity ? 0 : oldest, lastActivityAt: latest };
}

/** Newest activity first. */
export function entriesOf(saved: ReadonlyMap<string, Saved>, conversations: readonly Member[]): readonly WorkspaceEntry[] {
  const members = Map.groupBy(conversations, ({ workspaceId }) => workspaceId);
  const ids = new Set([defaultId, ...saved.keys(), ...members.keys()]);
  const entries = [...ids].flatMap((id) => {
    const inside = members.get(id) ?? [];
    const view = viewOf(id, saved.get(id), inside);
    return view === undefined ? [] : [{ ...view, conversationCount: inside.length }];
  });
  return entries.sort((a, b) => b.lastActivityAt - a.lastActivityAt || (a.id < b.id ? -1 : 1));
}
