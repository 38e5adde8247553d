import {
  closeConversation,
  getLast,
  listConversations,
  listModels,
  type Op,
  openConversation,
  stopConversation,
} from "@dispatch/transport-contract";
import { age } from "./age.ts";
import { usageFault } from "./client-fault.ts";
import type { Args, Flag } from "./command.ts";
import { shortIdChars } from "./conversation-id.ts";
import type { Piece } from "./screen.ts";

/** What a command has beyond its op: how a person reads the answer, and what a person may leave out. */
export interface Manner<Output = unknown> {
  readonly flags?: readonly Flag[];
  /** The input, where it is not exactly what the words say. */
  input?(input: Input, args: Args): Input;
  /** The answer is not the last word: the op is called again with the same input. */
  again?(output: Output, args: Args): boolean;
  present(output: Output, nowMs: number): readonly Piece[];
}

type Input = { readonly [field: string]: unknown };

/** An op without a manner prints its JSON. */
export function mannerOf(op: Op): Manner | undefined {
  return manners.get(op.id);
}

const manners = new Map<string, Manner>();
function manner<I, O>(op: Op<I, O>, how: Manner<O>): void {
  manners.set(op.id, how as Manner<never> as Manner);
}

manner(listModels, {
  present: ({ models }) => models.map((name) => ({ text: `${name}\n` })),
});

manner(listConversations, {
  flags: [{ name: "all", summary: "Closed conversations too." }],
  input(input, { switches }) {
    if (!switches.has("all")) return { status: ["active", "idle"], ...input };
    if (input.status !== undefined) throw usageFault("--all and --status exclude each other.");
    return input;
  },
  present: ({ conversations }, nowMs) =>
    conversations.flatMap(({ id, title, lastActivityAt }) => [
      { text: id.slice(0, shortIdChars), tone: "strong" },
      { text: ` | ${oneLine(title)} | ` },
      { text: `${age(lastActivityAt, nowMs)}\n`, tone: "quiet" },
    ]),
});

/** A title is one line whatever it was cut from. */
const oneLine = (title: string): string => title.replace(/\s+/g, " ").trim();

manner(getLast, {
  again: ({ settled }, { values }) => settled === false && values["timeout-ms"] === undefined,
  present: ({ conversationId, content, settled }) => [
    { text: content === "" || content.endsWith("\n") ? content : `${content}\n` },
    ...(settled === false ? [stillRunning(conversationId)] : []),
  ],
});

const stillRunning = (id: string): Piece => ({
  text: `A turn still runs in ${id}; this is an older reply.\n`,
  to: "stderr",
  ownLine: true,
});

manner(stopConversation, {
  present: ({ conversationId, abortedTurn }) => [
    { text: abortedTurn ? `Stopped the turn of ${conversationId}.\n` : `Nothing is active in ${conversationId}.\n` },
  ],
});

manner(closeConversation, {
  present: ({ conversationId, abortedTurn }) => [
    { text: abortedTurn ? `Stopped the turn of ${conversationId} and closed it.\n` : `Closed ${conversationId}.\n` },
  ],
});

manner(openConversation, {
  present: ({ conversationId }) => [{ text: `Asked every client to show ${conversationId}.\n` }],
});
