import type { AgentEvent, StoredChunk } from "@dispatch/wire";

/** All that the people around a server can hold it to: what they saw, what they read, and what they were told had been done. */
export interface Testimony {
  readonly watchers: readonly Sight[];
  readonly promises: readonly Kept[];
  /** What was read of each conversation's log, the longest reading. */
  readonly readings: { readonly [conversationId: string]: readonly StoredChunk[] };
}

/** What one client saw of one conversation, in order. */
export interface Sight {
  readonly conversationId: string;
  readonly events: readonly AgentEvent[];
}

/** What an answer said. */
export type Kept =
  | { readonly kind: "queued"; readonly conversationId: string; readonly text: string }
  | { readonly kind: "cancelled"; readonly conversationId: string; readonly text: string; readonly answered: boolean }
  /** Asked for, answered or not: what waits in the queue may wait on. */
  | { readonly kind: "stopped"; readonly conversationId: string }
  /** Asked for: what waits in the queue may be gone. */
  | { readonly kind: "closed"; readonly conversationId: string; readonly answered: boolean }
  /** A tool call was allowed: nobody asks for it again. */
  | { readonly kind: "allowed"; readonly conversationId: string; readonly toolCallId: string }
  | { readonly kind: "titled"; readonly conversationId: string; readonly title: string };

export const noTestimony: Testimony = { watchers: [], promises: [], readings: {} };
