const drafts = new Map<string, string>();
const draftsMax = 100;
const key = "dispatch.drafts";

/** What was written and not sent stays, whichever conversation is looked at meanwhile. */
export const draftOf = (conversationId: string): string => drafts.get(conversationId) ?? "";

export function keepDraft(conversationId: string, text: string): void {
  drafts.delete(conversationId);
  if (text !== "") drafts.set(conversationId, text);
  const [oldest] = drafts.keys();
  if (drafts.size > draftsMax && oldest !== undefined) drafts.delete(oldest);
}

/** Through a reload of the page. Where the browser has no room they are lost with it. */
export function carryDrafts(page: EventTarget, storage: Pick<Storage, "getItem" | "setItem">): void {
  try {
    const carried: readonly [string, string][] = JSON.parse(storage.getItem(key) ?? "[]");
    for (const [conversationId, text] of carried) keepDraft(conversationId, text);
  } catch {
    // Not ours: it is written over.
  }
  page.addEventListener("pagehide", () => {
    try {
      storage.setItem(key, JSON.stringify([...drafts]));
    } catch {
      // No room.
    }
  });
}
