import { listConversations, listQueue } from "@dispatch/transport-contract";
import type { Api } from "./api.ts";
import { ClientFault, usageFault } from "./client-fault.ts";
import { oneLine } from "./one-line.ts";

/** An id of this length is whole and is used as it is. */
const wholeIdChars = 32;
export const shortIdChars = 8;
const listedMax = 20;

/** The conversation that a person means by the beginning of its id. An id that is named whole wins over longer ones. */
export async function resolveConversationId(given: string, api: Api): Promise<string> {
  if (given.trim() === "") throw usageFault("A conversation's id must not be blank. See dispatch list --all.");
  if (given.length >= wholeIdChars) return given;
  const { output } = await api.call(listConversations, { q: given });
  const found = output.conversations;
  const meant = found.find(({ id }) => id === given) ?? (found.length === 1 ? found[0] : undefined);
  if (meant !== undefined) return meant.id;
  if (found.length === 0)
    throw new ClientFault("missing", "cli/no-conversation", `No conversation's id begins with "${given}". See dispatch list --all.`);
  const lines = found.slice(0, listedMax).map(({ id, title }) => `  ${oneLine(id).slice(0, shortIdChars)} ${oneLine(title)}`);
  const more = found.length > listedMax ? `\n  and ${found.length - listedMax} more` : "";
  throw new ClientFault(
    "invalid",
    "cli/ambiguous-conversation",
    `${found.length} conversations begin with "${given}"; give more of the id:\n${lines.join("\n")}${more}`,
  );
}

/** The waiting message that a person means by the beginning of its id, as `queue` shows it. */
export async function resolveQueuedId(conversationId: string, given: string, api: Api): Promise<string> {
  if (given.trim() === "") throw usageFault("A message's id must not be blank. See dispatch queue.");
  const { output } = await api.call(listQueue, { conversationId });
  const found = output.queue.filter(({ id }) => id.startsWith(given));
  const meant = found.find(({ id }) => id === given) ?? (found.length === 1 ? found[0] : undefined);
  if (meant !== undefined) return meant.id;
  if (found.length === 0)
    throw new ClientFault(
      "missing",
      "cli/no-message",
      `No message whose id begins with "${given}" waits there. See dispatch queue ${conversationId}.`,
    );
  throw new ClientFault("invalid", "cli/ambiguous-message", `${found.length} messages begin with "${given}"; give more of the id.`);
}
