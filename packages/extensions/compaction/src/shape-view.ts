import type { Message } from "@dispatch/kernel";
import { withoutOutput } from "./outputs.ts";

/** What was decided about a conversation's view. Equal marks and an equal log give an equal view, to the byte. */
export interface Marks {
  /** Messages whose output is left out. */
  readonly pruned: readonly string[];
  /** A prompt that a fold covered while its turn ran: it stands between the summary and the message of that id, as long as these two are neighbours. */
  readonly carried: readonly CarriedPrompt[];
}
export interface CarriedPrompt {
  readonly before: string;
  readonly prompt: Message;
}

export const noMarks: Marks = { pruned: [], carried: [] };

/** What a model reads of the log's view: the summary as something said to it, the carried prompt, and notes in place of old outputs. */
export function shapeView(messages: readonly Message[], { pruned, carried }: Marks): readonly Message[] {
  const summary = messages[0]?.role === "system" ? messages[0] : undefined;
  if (summary === undefined && pruned.length === 0) return messages;
  const ids = new Set(pruned);
  const shaped = messages.map((message) => (ids.has(message.id) ? withoutOutput(message) : message));
  if (summary === undefined) return shaped;
  const prompt = carried.find(({ before }) => before === messages[1]?.id)?.prompt;
  return [toldSummary(summary), ...(prompt === undefined ? [] : [prompt]), ...shaped.slice(1)];
}

/** The marks that still say something about this view. */
export function marksFor(messages: readonly Message[], { pruned, carried }: Marks): Marks {
  const ids = new Set(messages.map(({ id }) => id));
  return { pruned: pruned.filter((id) => ids.has(id)), carried: carried.filter(({ before }) => ids.has(before)) };
}

export const summaryIntroduction = "The conversation until here was long. This summary stands for it; what comes next is word for word.";

/**
 * As the user says it: several providers refuse a second system message, others any that is not the first, and what a tool's output brought into a summary
 * must not speak with the system's authority. The same object each time, so that it is translated once.
 */
function toldSummary(summary: Message): Message {
  const known = told.get(summary);
  if (known !== undefined) return known;
  const text = summary.parts.flatMap(({ chunk }) => (chunk.type === "text" || chunk.type === "system" ? [chunk.text] : [])).join("\n\n");
  const message: Message = {
    id: summary.id,
    role: "user",
    parts: [{ chunk: { type: "text", text: `${summaryIntroduction}\n\n<summary>\n${text}\n</summary>` } }],
  };
  told.set(summary, message);
  return message;
}
const told = new WeakMap<Message, Message>();
