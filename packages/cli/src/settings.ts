import {
  clearConversationComputer,
  clearCwd,
  getCompactPercent,
  getConversationComputer,
  getCwd,
  getModel,
  getReasoningEffort,
  getThinking,
  type Op,
  setCompactPercent,
  setConversationComputer,
  setCwd,
  setModel,
  setReasoningEffort,
  setThinking,
  setTitle,
} from "@dispatch/transport-contract";
import type { Flag } from "./command.ts";
import { effortFlag } from "./message-flags.ts";

/** One thing that is set for a conversation: the ops that read and set it, and the field in which both hold it. */
export interface Setting {
  readonly flag: Flag;
  readonly field: string;
  /** What the word says; absent: it is the value. */
  parse?(word: string): unknown;
  /** Absent: it is shown with the conversation itself. */
  readonly get?: Op;
  readonly set: Op;
  /** For the empty text, where the op that sets does not take it. */
  readonly clear?: Op;
}

export const settings: readonly Setting[] = [
  { flag: { name: "title", value: "text", summary: "What the conversation is called." }, field: "title", set: plain(setTitle) },
  {
    flag: { name: "model", value: "name", summary: 'The model that its turns ask; "" for the server\'s own.' },
    field: "model",
    get: plain(getModel),
    set: plain(setModel),
  },
  { flag: effortFlag, field: "reasoningEffort", get: plain(getReasoningEffort), set: plain(setReasoningEffort) },
  {
    flag: { name: "thinking", value: "thinking", summary: "Whether the model thinks before it answers.", choices: ["on", "off"] },
    field: "thinking",
    parse: (word) => word === "on",
    get: plain(getThinking),
    set: plain(setThinking),
  },
  {
    flag: { name: "cwd", value: "folder", summary: 'The folder that it works in; "" for its workspace\'s own.', completes: "folder" },
    field: "cwd",
    get: plain(getCwd),
    set: plain(setCwd),
    clear: plain(clearCwd),
  },
  {
    flag: { name: "compact-percent", value: "percent", summary: "How full the model's window gets before it is compacted; 0 is never." },
    field: "threshold",
    parse: (word) => (word.trim() === "" ? word : Number(word)),
    get: plain(getCompactPercent),
    set: plain(setCompactPercent),
  },
  {
    flag: { name: "computer", value: "id", summary: 'The computer that its tools work on; "" for this server\'s.' },
    field: "computerId",
    get: plain(getConversationComputer),
    set: plain(setConversationComputer),
    clear: plain(clearConversationComputer),
  },
];

/** What an op takes is checked by its own schema before it is sent. */
function plain<Input, Output>(op: Op<Input, Output>): Op {
  return op as unknown as Op;
}
