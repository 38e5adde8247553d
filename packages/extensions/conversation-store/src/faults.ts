import { Fault } from "@dispatch/kernel";

/** What was to be folded is folded already, or was never stored. */
export class StaleFold extends Fault {
  readonly kind = "conflict";
  readonly code = "conversation-store/stale-fold";

  constructor(conversationId: string, messageId: string) {
    super("The conversation was compacted meanwhile. Look at it again, and compact it once more if it is still long.", {
      data: { conversationId, messageId },
    });
  }
}

/** A log that is in use, or that another's log begins with. */
export class NotRemovable extends Fault {
  readonly kind = "conflict";
  readonly code = "conversation-store/not-removable";

  constructor(conversationId: string, why: string) {
    super(`${conversationId} cannot be removed: ${why}. Close it, and remove it together with its archives.`, { data: { conversationId } });
  }
}

/** Another writer holds the conversation: what this one staged is not stored. */
export class SeatLost extends Fault {
  readonly kind = "conflict";
  readonly code = "conversation-store/seat-lost";

  constructor(conversationId: string, cause?: unknown) {
    super(`Another server took over ${conversationId}. Reload the conversation and send again.`, { cause, data: { conversationId } });
  }
}
