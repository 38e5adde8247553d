/** `queued` is broadcast only: the stored value stays `active`. */
export type ConversationStatus = "active" | "queued" | "idle" | "closed";

export interface ConversationMeta {
  readonly id: string;
  /** Epoch milliseconds, like every time on the wire. */
  readonly createdAt: number;
  readonly lastActivityAt: number;
  /** The first user text cut at 80 characters, or `Untitled`. */
  readonly title: string;
  readonly status: ConversationStatus;
  readonly workspaceId: string;
  /** The archive that holds what compaction left out of the model's view. */
  readonly compactedFrom?: string;
}

export interface QueuedMessage {
  readonly id: string;
  readonly text: string;
  readonly queuedAt: number;
}

/** What the `message-queue` renderer shows, oldest first. */
export interface QueuePayload {
  readonly messages: readonly QueuedMessage[];
}

export interface ImageInput {
  readonly url: string;
  readonly mimeType?: string;
}
