import type { AgentEvent } from "@dispatch/wire";
import type { SharedEvent } from "./contract.ts";

/** Of one call's live output, what those who join late are shown. */
const outputCharsMax = 64 * 1024;
const skippedNote = "\n[the rest of the live output is not repeated]\n";

/**
 * What those who join a long turn late are shown instead of every event: pieces of one text in a row become one, which reads the same, and
 * each call's live output is cut to its beginning, since its result follows.
 */
export function foldReplay(events: Iterable<SharedEvent>): SharedEvent[] {
  const folded: SharedEvent[] = [];
  const outputChars = new Map<string, number>();
  let row: { readonly lane: string; readonly first: SharedEvent; readonly texts: string[] } | undefined;
  const endRow = () => {
    if (row === undefined) return;
    const [text = ""] = row.texts;
    folded.push(row.texts.length === 1 && text === textOf(row.first.event) ? row.first : withText(row.first.event, row.texts.join("")));
    row = undefined;
  };
  for (const shared of events) {
    const { event } = shared;
    const lane = laneOf(event);
    if (lane !== row?.lane) endRow();
    if (lane === undefined) {
      folded.push(shared);
      continue;
    }
    const text = event.type === "tool-output" ? shortened(event.toolCallId, event.data, outputChars) : textOf(event);
    if (text === "") continue;
    if (row === undefined) row = { lane, first: shared, texts: [text] };
    else row.texts.push(text);
  }
  endRow();
  return folded;
}

/** The beginning of an output as far as it has room, with one note where that ends. */
function shortened(toolCallId: string, data: string, outputChars: Map<string, number>): string {
  const shown = outputChars.get(toolCallId) ?? 0;
  const room = outputCharsMax - shown;
  outputChars.set(toolCallId, shown + data.length);
  if (room < 0) return "";
  return data.length <= room ? data : data.slice(0, room).toWellFormed() + skippedNote;
}

/** Events of one lane in a row say the same when they are one. */
function laneOf(event: AgentEvent): string | undefined {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return event.type;
    case "tool-output":
      return `${event.stream} ${event.toolCallId}`;
    default:
      return undefined;
  }
}

function textOf(event: AgentEvent): string {
  if (event.type === "text-delta" || event.type === "reasoning-delta") return event.delta;
  return event.type === "tool-output" ? event.data : "";
}

function withText(event: AgentEvent, text: string): SharedEvent {
  const changed: AgentEvent = { ...event, ...(event.type === "tool-output" ? { data: text } : { delta: text }) };
  return { event: changed, json: JSON.stringify(changed) };
}
