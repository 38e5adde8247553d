import type { AgentEvent } from "@dispatch/wire";
import type { RecordedInput, RecordedPage } from "./recording.ts";

/** The events of a recorded turn as they were streamed, a line of JSON each. */
export function eventLines(pages: readonly RecordedPage[]): readonly string[] {
  const inputs = pages.flatMap((page) => page.inputs);
  const deltas = inputs.flatMap(deltasOf);
  const texts = new Map(inputs.flatMap((input) => (input.kind === "result" ? [[input.call, input.text] as const] : [])));
  const { conversationId = "", turnId = "" } = pages[0]?.head ?? {};
  const lines: string[] = [];
  let used = 0;
  for (const event of pages.flatMap(({ events }) => events)) {
    if (typeof event !== "number") {
      lines.push(
        JSON.stringify("content" in event && event.content === 0 ? { ...event, content: texts.get(event.toolCallId) ?? "" } : event),
      );
      continue;
    }
    for (const { type, delta } of deltas.slice(used, used + event)) lines.push(JSON.stringify({ type, conversationId, turnId, delta }));
    used += event;
  }
  return lines;
}

type DeltaEvent = Pick<Extract<AgentEvent, { type: "text-delta" | "reasoning-delta" }>, "type" | "delta">;

function deltasOf(input: RecordedInput): readonly DeltaEvent[] {
  if (input.kind === "text" || input.kind === "reasoning") {
    const type = input.kind === "text" ? "text-delta" : "reasoning-delta";
    return input.texts.filter((text) => text !== "").map((delta) => ({ type, delta }));
  }
  if (input.kind !== "part" || (input.part.type !== "text-delta" && input.part.type !== "reasoning-delta") || input.part.text === "")
    return [];
  return [{ type: input.part.type, delta: input.part.text }];
}
