import type { ServerFrame } from "@dispatch/transport-contract";
import type { ConversationMeta, ConversationStatus } from "@dispatch/wire";

/** The conversations of all workspaces, as the list shows them. */
export interface ListState {
  /** Newest activity first. */
  readonly conversations: readonly ConversationMeta[];
  /** Broadcasts about conversations that the list has not named yet. */
  readonly unknown: ReadonlySet<string>;
}

export const emptyList: ListState = { conversations: [], unknown: new Set() };

export function withConversations(_: ListState, conversations: readonly ConversationMeta[]): ListState {
  return { conversations: conversations.toSorted((a, b) => b.lastActivityAt - a.lastActivityAt), unknown: new Set() };
}

type StatusFrame = Extract<ServerFrame, { type: "conversation.statusChanged" }>;

/** A conversation that begins to work moves up: its activity is now. One that is closed leaves. */
export function withStatus(list: ListState, { conversationId, status, workspaceId }: StatusFrame, now: number): ListState {
  const known = list.conversations.find(({ id }) => id === conversationId);
  if (status === "closed") return without(list, conversationId);
  if (known === undefined) return { ...list, unknown: new Set([...list.unknown, conversationId]) };
  const begins = status === "active" && known.status !== "active";
  const next = { ...known, status, workspaceId, lastActivityAt: begins ? Math.max(now, known.lastActivityAt) : known.lastActivityAt };
  const others = list.conversations.filter((one) => one !== known);
  return { ...list, conversations: begins ? [next, ...others] : list.conversations.map((one) => (one === known ? next : one)) };
}

export const withTitle = (list: ListState, id: string, title: string): ListState => ({
  ...list,
  conversations: list.conversations.map((one) => (one.id === id ? { ...one, title } : one)),
});

export const without = (list: ListState, id: string): ListState => ({
  conversations: list.conversations.filter((one) => one.id !== id),
  unknown: new Set([...list.unknown].filter((one) => one !== id)),
});

const tabsMax = 30;

/** With a tab more, behind the others: the one that was opened first goes. */
export const withTab = (tabs: readonly string[], id: string): readonly string[] => [...tabs, id].slice(-tabsMax);

/**
 * The tabs that stay when the server has told of what is open. What it named before and does not now was closed elsewhere, and so was what the
 * browser kept from an earlier visit; what was begun here may not be named yet.
 */
export function tabsStillOpen(tabs: readonly string[], kept: ReadonlySet<string>, { conversations }: ListState): readonly string[] {
  const named = new Set(conversations.map(({ id }) => id));
  return tabs.filter((id) => named.has(id) || !kept.has(id));
}

/** The conversation that an archive was made of: archives of one conversation lead from the newest to the oldest. */
export function ownerOfArchive(id: string, conversations: readonly ConversationMeta[]): ConversationMeta | undefined {
  const later = new Map(conversations.flatMap((meta) => (meta.compactedFrom === undefined ? [] : [[meta.compactedFrom, meta] as const])));
  const seen = new Set<string>();
  let owner: ConversationMeta | undefined;
  for (let at = later.get(id); at !== undefined && !seen.has(at.id); at = later.get(at.id)) {
    seen.add(at.id);
    owner = at;
  }
  return owner;
}

export const statusOf = ({ conversations }: ListState, id: string): ConversationStatus | undefined =>
  conversations.find((one) => one.id === id)?.status;

export interface DayGroup {
  readonly name: string;
  readonly conversations: readonly ConversationMeta[];
}

const dayMs = 86_400_000;

/** By when something last happened, from `midnight` (of today, here) back. */
export function byDay(conversations: readonly ConversationMeta[], midnight: number): readonly DayGroup[] {
  const bounds = [
    { name: "Today", from: midnight },
    { name: "Yesterday", from: midnight - dayMs },
    { name: "Last 7 days", from: midnight - 7 * dayMs },
    { name: "Last 30 days", from: midnight - 30 * dayMs },
    { name: "Older", from: Number.NEGATIVE_INFINITY },
  ];
  const nameOf = ({ lastActivityAt }: ConversationMeta): string => bounds.find(({ from }) => lastActivityAt >= from)?.name ?? "Older";
  const groups = Map.groupBy(conversations, nameOf);
  return bounds.flatMap(({ name }) => {
    const members = groups.get(name);
    return members === undefined ? [] : [{ name, conversations: members }];
  });
}
