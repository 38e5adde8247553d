import type { Clock, Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import { answer } from "./answer.ts";

/** Clients lose a reply from view when a turn's end overtakes their first look at it. */
export const turnMsMin = 300;
const pieceLength = 24;
const charactersPerToken = 4;

/** Streams its answer in pieces over `turnMsMin`, as a person would see a model write. */
export function offlineModel(id: string, clock: Clock): Model {
  return {
    name: `offline/${id}`,
    vision: false,
    async *stream(request, signal) {
      const { text, call } = answer(request);
      const pieces = text.match(new RegExp(`[^]{1,${pieceLength}}`, "gu")) ?? [];
      for (const piece of pieces) {
        await clock.sleep(turnMsMin / pieces.length, signal);
        if (signal.aborted) return yield cancelled;
        yield { type: "text-delta", text: piece };
      }
      if (signal.aborted) return yield cancelled;
      if (call !== undefined) yield { type: "tool-call", toolCallId: call.id, toolName: call.name, inputText: JSON.stringify(call.input) };
      yield { type: "usage", usage: { inputTokens: tokens(promptLength(request)), outputTokens: tokens(text.length) } };
      yield { type: "finish", unified: call === undefined ? "stop" : "tool-calls" };
    },
  };
}

const cancelled: ModelPart = { type: "error", kind: "cancelled", code: "provider-offline/aborted", message: "The request was stopped." };

/** An estimate: nothing counts tokens here. */
const tokens = (characters: number): number => Math.ceil(characters / charactersPerToken);

const promptLength = ({ system, messages }: ModelRequest): number =>
  messages.reduce((sum, { parts }) => sum + parts.reduce((length, { chunk }) => length + lengthOf(chunk), 0), system.length);

function lengthOf(chunk: ModelRequest["messages"][number]["parts"][number]["chunk"]): number {
  if ("text" in chunk) return chunk.text.length;
  return "content" in chunk ? chunk.content.length : 0;
}
