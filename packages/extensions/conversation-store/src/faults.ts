import { Fault } from "@dispatch/kernel";

/** Another writer holds the conversation: what this one staged is not stored. */
export class SeatLost extends Fault {
  readonly kind = "conflict";
  readonly code = "conversation-store/seat-lost";

  constructor(conversationId: string, cause?: unknown) {
    super(`Another server took over ${conversationId}. Reload the conversation and send again.`, { cause, data: { conversationId } });
  }
}
