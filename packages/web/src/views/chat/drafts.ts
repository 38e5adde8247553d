const drafts = new Map<string, string>();
const draftsMax = 100;

/** What was written and not sent stays while the page does, whichever conversation is looked at meanwhile. */
export const draftOf = (conversationId: string): string => drafts.get(conversationId) ?? "";

export function keepDraft(conversationId: string, text: string): void {
  drafts.delete(conversationId);
  if (text !== "") drafts.set(conversationId, text);
  const [oldest] = drafts.keys();
  if (drafts.size > draftsMax && oldest !== undefined) drafts.delete(oldest);
}
