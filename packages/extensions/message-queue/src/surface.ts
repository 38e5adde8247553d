import type { ChangeFeed } from "@dispatch/change-feed";
import { defineSurface, type Surface } from "@dispatch/surface-registry/contract";
import type { QueuedMessage, QueuePayload } from "@dispatch/wire";

export interface QueueSource {
  queue(conversationId: string): Promise<readonly QueuedMessage[]>;
  /** Emits the conversation whose queue has grown or shrunk. */
  readonly changed: ChangeFeed;
}

/** What waits in a conversation's queue. Putting in and taking out are chat ops: the surface has no actions. */
export const queueSurface = ({ queue, changed }: QueueSource): Surface =>
  defineSurface({
    id: "message-queue",
    region: "side",
    title: "Message Queue",
    scope: "conversation",
    async read(conversationId) {
      const payload: QueuePayload = { messages: conversationId === undefined ? [] : await queue(conversationId) };
      return [{ kind: "custom", rendererId: "message-queue", payload }];
    },
    changes: (signal) => changed.watch(signal),
    actions: {},
  });
