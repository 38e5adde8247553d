import type { AgentEvent } from "@dispatch/wire";

/** What was said and called in a turn, a line of JSON each: texts whole, without ids, times and thoughts. */
export function saidLines(events: readonly AgentEvent[]): readonly string[] {
  const lines: string[] = [];
  let text = "";
  const say = (line?: object) => {
    if (text !== "") lines.push(JSON.stringify({ type: "text", text }));
    text = "";
    if (line !== undefined) lines.push(JSON.stringify(line));
  };
  for (const event of events) {
    switch (event.type) {
      case "text-delta":
        text += event.delta;
        break;
      case "tool-call":
        say({ type: event.type, toolName: event.toolName, input: event.input });
        break;
      case "steering":
        say({ type: event.type, text: event.text });
        break;
      case "error":
        say({ type: event.type, message: event.message });
        break;
      case "step-complete":
        say();
        break;
      case "done":
        say({ type: event.type, reason: event.reason });
        break;
      default:
        break;
    }
  }
  return lines;
}
