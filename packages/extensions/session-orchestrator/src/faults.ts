import { Fault } from "@dispatch/kernel";

/** One turn a conversation at a time. */
export class TurnRunning extends Fault {
  readonly kind = "conflict";
  readonly code = "session-orchestrator/turn-running";

  constructor(conversationId: string) {
    super("A turn is running in this conversation. Queue the message, wait for the turn, or stop it.", { data: { conversationId } });
  }
}

/** A watcher fell too far behind. What it missed is in the log. */
export class TooSlow extends Fault {
  readonly kind = "limited";
  readonly code = "session-orchestrator/too-slow";

  constructor() {
    super("This reader fell too far behind the turn. Load what it missed from the conversation's log, by seq.", {
      data: { limit: "watcherEventsMax" },
    });
  }
}

export class QueueFull extends Fault {
  readonly kind = "limited";
  readonly code = "session-orchestrator/queue-full";

  constructor(conversationId: string, limit: "queuedMax" | "queuedCharsMax", most: number) {
    const what = limit === "queuedMax" ? `${most} messages wait already` : `What waits would have more than ${most} characters`;
    super(`${what}. Cancel a message, or wait until the turn takes them.`, { data: { conversationId, limit } });
  }
}

/** What runs, is open, or reads from a log that stays. */
export class NotRemovable extends Fault {
  readonly kind = "conflict";
  readonly code = "session-orchestrator/not-removable";

  constructor(conversationId: string, why: string) {
    super(`${conversationId} ${why}.`, { data: { conversationId } });
  }
}

export class UnknownConversation extends Fault {
  readonly kind = "missing";
  readonly code = "session-orchestrator/unknown-conversation";

  constructor(conversationId: string) {
    super(`There is no conversation ${conversationId}. List them to find its id.`, { data: { conversationId } });
  }
}

/** The server takes no more turns. The next process takes them, and resumes what this one leaves. */
export class Leaving extends Fault {
  readonly kind = "unavailable";
  readonly code = "session-orchestrator/leaving";

  constructor() {
    super("The server is stopping and takes no more turns. Send the message again in a few seconds.", { data: { retryAfterMs: 5_000 } });
  }
}
