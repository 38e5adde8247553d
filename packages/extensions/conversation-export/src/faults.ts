import { type Fault, fault } from "@dispatch/kernel";

export const unknownConversation = (conversationId: string): Fault =>
  fault("missing", "conversation-export/no-conversation", `There is no conversation ${conversationId}. List them to find its id.`, {
    data: { conversationId },
  });

export const tooLarge = (conversationId: string, charactersMax: number): Fault =>
  fault(
    "limited",
    "conversation-export/too-large",
    `${conversationId} is too long for one file of at most ${charactersMax} characters. Read it in windows, or keep it with a backup.`,
    { data: { conversationId } },
  );
