import type { ConversationRecord, LogEntry } from "@dispatch/conversation-store/contract";
import type { TurnMetrics } from "@dispatch/wire";

/** All that a format may show. */
export interface Exported {
  readonly record: ConversationRecord;
  readonly entries: readonly LogEntry[];
  readonly metrics: readonly TurnMetrics[];
  /** By their address in the log; those that could be read and found room. */
  readonly images: ReadonlyMap<string, ExportedImage>;
}

export interface ExportedImage {
  readonly mimeType: string;
  readonly base64: string;
}

/** Entries of one message, in order. */
export function messagesOf(entries: readonly LogEntry[]): readonly (readonly [LogEntry, ...LogEntry[]])[] {
  const messages: [LogEntry, ...LogEntry[]][] = [];
  for (const entry of entries) {
    const last = messages.at(-1);
    if (last?.[0].messageId === entry.messageId) last.push(entry);
    else messages.push([entry]);
  }
  return messages;
}

export const speakers = { user: "You", assistant: "Assistant", tool: "Tool", system: "System" } as const;
