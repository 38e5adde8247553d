import type { ConversationRecord, LogBase } from "./contract.ts";
import { untitled } from "./title.ts";

export const blankRecord = (id: string, now: number): ConversationRecord => ({
  id,
  createdAt: now,
  lastActivityAt: now,
  title: untitled,
  status: "idle",
  workspaceId: "default",
  cwd: null,
  computerId: null,
  model: null,
  reasoningEffort: null,
});

/** Of a closed conversation that reads as another's log did, with its settings. */
export const archiveRecord = (id: string, of: ConversationRecord, base: LogBase): ConversationRecord => ({
  ...of,
  id,
  title: `Archive: ${of.title}`,
  status: "closed",
  base,
});
