import { interruptedText, type TailItem } from "@dispatch/conversation-store/contract";
import { type Model, type ModelPart, refuse, say, type ToolResult } from "@dispatch/kernel";

/** The step that a vanished process left, whose model had answered and of whose calls one had not begun. */
export interface RestoredStep {
  /** What the model had said of it, as the model would say it again. */
  readonly answer: readonly ModelPart[];
  /** What became of the calls that had begun. They are not run again. */
  readonly results: ReadonlyMap<string, ToolResult>;
}

/** `undefined`: no call waits to begin, so the model is asked again. A call that had been let through and not finished counts as begun. */
export function restoredStep(tail: readonly TailItem[], isUnstarted: (toolCallId: string) => boolean): RestoredStep | undefined {
  const results = new Map<string, ToolResult>();
  let waits = false;
  for (const item of tail) {
    if (item.type === "outcome") results.set(item.toolCallId, item.isError ? refuse(item.content) : say(item.content));
    if (item.type !== "intent" || results.has(item.toolCallId)) continue;
    if (isUnstarted(item.toolCallId)) waits = true;
    else results.set(item.toolCallId, refuse(interruptedText));
  }
  return waits ? { answer: [...tail.flatMap(partOf), { type: "finish", unified: "tool-calls" }], results } : undefined;
}

function partOf(item: TailItem): readonly ModelPart[] {
  switch (item.type) {
    case "text":
      return [{ type: "text-delta", text: item.text }];
    case "thinking":
      return [{ type: "reasoning-delta", text: item.text }];
    case "call": {
      const { toolCallId, toolName, input } = item;
      return [{ type: "tool-call", toolCallId, toolName, inputText: JSON.stringify(input) }];
    }
    case "usage":
      return [{ type: "usage", usage: item.usage }];
    case "intent":
    case "output":
    case "outcome":
      return [];
  }
}

/** The model, which gives what it had answered before it is asked for more. */
export function answeringFirst(model: Model, answer: readonly ModelPart[]): Model {
  let isFirst = true;
  const stream: Model["stream"] = (request, signal) => {
    if (!isFirst) return model.stream(request, signal);
    isFirst = false;
    return stored(answer);
  };
  return Object.create(model, { stream: { value: stream } });
}

async function* stored(answer: readonly ModelPart[]): AsyncIterable<ModelPart> {
  yield* answer;
}
