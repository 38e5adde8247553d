import type { AgentEvent } from "@dispatch/wire";
import type { Piece } from "./screen.ts";

export interface RenderOptions {
  readonly showReasoning: boolean;
}

/** How a person reads one event of a turn. Events that say nothing to a person give nothing. */
export function renderEvent(event: AgentEvent, { showReasoning }: RenderOptions): Piece | undefined {
  switch (event.type) {
    case "text-delta":
      return { text: event.delta };
    case "reasoning-delta":
      return showReasoning ? { text: event.delta, tone: "quiet" } : undefined;
    case "tool-call":
      return { text: `\n[tool] ${event.toolName} ${JSON.stringify(event.input)}\n`, tone: "strong" };
    case "tool-output":
      return { text: event.data, tone: "quiet" };
    case "tool-result":
      return {
        text: `[tool:${event.toolName}] ${event.isError ? "ERROR " : ""}${event.content}\n`,
        tone: event.isError ? "bad" : "quiet",
      };
    case "usage":
      return { text: `\n[usage] in=${event.usage.inputTokens} out=${event.usage.outputTokens}\n`, tone: "quiet" };
    case "error":
      return { text: `[error] ${event.message}\n`, tone: "bad", to: "stderr" };
    case "status":
    case "user-message":
    case "turn-start":
    case "step-complete":
    case "provider-retry":
    case "steering":
    case "done":
    case "turn-sealed":
      return undefined;
    default:
      return unknownEvent(event);
  }
}

/** What the turn is at, for as long as nothing is to be read. */
export function busyLabel(event: AgentEvent): string | undefined {
  switch (event.type) {
    case "turn-start":
    case "reasoning-delta":
    case "tool-result":
      return "thinking";
    case "tool-call":
      return `running ${event.toolName}`;
    case "provider-retry":
      return `trying again in ${Math.ceil(event.delayMs / 1000)} s: ${event.message}`;
    default:
      return undefined;
  }
}

/** A newer server may send what this client does not know. */
const unknownEvent = (_event: never): undefined => undefined;
