import type { ConversationMeta } from "@dispatch/wire";

export const filters = [
  { id: "open", name: "Open", statuses: "active,queued,idle" },
  { id: "working", name: "Working", statuses: "active,queued" },
  { id: "closed", name: "Closed", statuses: "closed" },
  { id: "all", name: "All", statuses: "" },
] as const;

export type Filter = (typeof filters)[number]["id"];

/** As the search takes them; empty for all. */
export const statusesOf = (filter: Filter): string => filters.find(({ id }) => id === filter)?.statuses ?? "";

export const isClosedShown = (filter: Filter): boolean => filter === "closed" || filter === "all";

/** What the list shows: newest activity first, each conversation once. */
export function shownConversations(
  open: readonly ConversationMeta[],
  closed: readonly ConversationMeta[],
  { filter, workspaceId }: { readonly filter: Filter; readonly workspaceId: string | undefined },
): readonly ConversationMeta[] {
  const named = new Set(open.map(({ id }) => id));
  const all = [
    ...(filter === "closed" ? [] : open),
    ...(isClosedShown(filter) ? closed.filter(({ id, status }) => status === "closed" && !named.has(id)) : []),
  ];
  return all
    .filter((meta) => workspaceId === undefined || meta.workspaceId === workspaceId)
    .filter(({ status }) => filter !== "working" || status === "active" || status === "queued")
    .toSorted((a, b) => b.lastActivityAt - a.lastActivityAt);
}
