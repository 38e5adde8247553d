import type { ConversationLog, ConversationRecord } from "@dispatch/conversation-store/contract";
import type { ConversationKeeper } from "./contract.ts";
import { NotRemovable, UnknownConversation } from "./faults.ts";

export interface RemovePorts {
  readonly log: Pick<ConversationLog, "families" | "remove">;
  keepers(): readonly ConversationKeeper[];
  /** Runs the work while nothing else happens in any of these conversations. */
  alone(conversationIds: readonly string[], work: () => Promise<void>): Promise<void>;
}

/**
 * What others keep goes first and the log last: until the log is gone the conversation is there to be removed again, so that a crash in between leaves
 * nothing behind that nobody would find. Gives the ids of what is gone.
 */
export async function removeFamily(conversationId: string, { log, keepers, alone }: RemovePorts): Promise<readonly string[]> {
  const ids = (await familyOf(conversationId, log)).map(({ id }) => id);
  await alone(ids, async () => {
    const family = await familyOf(conversationId, log);
    const open = family.find(({ status }) => status !== "closed");
    if (open !== undefined) throw new NotRemovable(open.id, "is not closed. Close it first");
    // An archive that was made meanwhile reads from a log that would be gone.
    if (family.some(({ id }) => !ids.includes(id))) throw new NotRemovable(conversationId, "was compacted meanwhile. Try again");
    for (const keeper of keepers()) for (const id of ids) await keeper.forget(id);
    await log.remove(ids);
  });
  return ids;
}

async function familyOf(conversationId: string, log: RemovePorts["log"]): Promise<readonly ConversationRecord[]> {
  const family = (await log.families()).find((members) => members.some(({ id }) => id === conversationId));
  const [root] = family ?? [];
  if (family === undefined || root === undefined) throw new UnknownConversation(conversationId);
  if (root.id !== conversationId) throw new NotRemovable(conversationId, `is an archive of ${root.id}. Remove that one, and it goes along`);
  return family;
}
