import type { AgentEvent } from "@dispatch/wire";
import type { ModelError, ModelFinish, ModelPart, ModelRequest } from "../contracts/model.ts";
import { answerCharsMax } from "./answer.ts";
import { judgeCall } from "./judge-call.ts";
import { ModelStream } from "./model-stream.ts";
import { retryDelayMs } from "./retry.ts";
import { outputEvents, type Step } from "./turn-state.ts";
import { countedUsage } from "./usage.ts";

/** `undefined`: the turn was stopped before the answer had ended. */
export type AnswerEnd = ModelFinish | ModelError | undefined;

/**
 * Asks until there is an answer, or a failure that asking again does not mend. Every delta takes this way: nothing is pulled ahead of the
 * consumer, and the output of running tools passes between two parts of the model.
 */
export async function* askModel(step: Step, request: ModelRequest): AsyncGenerator<AgentEvent, AnswerEnd, void> {
  const { turn, ports, stop, bell, output, timing } = step;
  const open = () => new ModelStream(turn.model, request, stop.signal, () => bell.ring());
  const firstAt = timing.start();
  let stream = open();
  let attempt = 0;
  try {
    for (;;) {
      if (!output.isEmpty) yield* outputEvents(step);
      if (stop.reason !== undefined) return undefined;
      const part = bounded(step, stream.take());
      if (part === undefined) {
        stream.pull();
        await bell.wait();
      } else if (part.type === "finish") {
        return part;
      } else if (part.type === "error") {
        const delayMs = delayBefore(step, part, attempt, timing.end() - firstAt);
        if (delayMs === undefined) return part;
        yield { type: "provider-retry", ...step.of, attempt, delayMs, message: part.message, code: part.code };
        stream.close();
        await ports.clock.sleep(delayMs, stop.signal);
        attempt += 1;
        timing.start();
        stream = open();
      } else if (part.type === "tool-call") {
        yield* takeCall(step, part);
      } else {
        const event = note(step, part);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    timing.end();
    stream.close();
  }
}

/** The part that would make the answer longer than is taken ends it instead. */
function bounded({ answer }: Step, part: ModelPart | undefined): ModelPart | undefined {
  switch (part?.type) {
    case "text-delta":
    case "reasoning-delta":
      return answer.hasRoomFor(part.text.length) ? part : tooLong;
    case "tool-call":
      return answer.hasRoomFor(part.inputText.length) ? part : tooLong;
    default:
      return part;
  }
}

const tooLong: ModelError = {
  type: "error",
  kind: "invalid",
  code: "kernel/answer-too-long",
  message: `The model's answer is longer than ${answerCharsMax} characters. What it said until then is kept. Ask for less at once, or choose another model.`,
};

/** Once anything was shown there is no other attempt: it would be shown twice. */
function delayBefore({ answer, turn, ports }: Step, error: ModelError, attempt: number, elapsedMs: number): number | undefined {
  return answer.isEmpty ? retryDelayMs(turn.retry, { error, attempt, elapsedMs }, () => ports.random()) : undefined;
}

type Part<Type extends ModelPart["type"]> = Extract<ModelPart, { readonly type: Type }>;

function note(step: Step, part: Part<"text-delta" | "reasoning-delta" | "tool-input-delta" | "usage">): AgentEvent | undefined {
  const { answer, timing } = step;
  const { conversationId, turnId } = step.of;
  switch (part.type) {
    case "text-delta":
    case "reasoning-delta":
      answer.addText(part.type === "text-delta" ? "text" : "thinking", part.text, part.providerMetadata);
      if (part.text === "") return undefined;
      timing.speak();
      return { type: part.type, conversationId, turnId, delta: part.text };
    case "usage":
      answer.usage = countedUsage(part.usage);
      return { type: "usage", conversationId, turnId, stepId: step.stepId, usage: answer.usage };
    case "tool-input-delta":
      return undefined;
  }
}

/** A call is told before it starts, so that no log holds the effect without the call. */
function* takeCall({ of, stepId, answer, callIds, tools, desk }: Step, part: Part<"tool-call">): Generator<AgentEvent, void, void> {
  const call = judgeCall(callIds.claim(part.toolCallId), part.toolName, part.inputText, tools);
  answer.addCall(call, part.inputText.length, part.providerMetadata);
  yield { type: "tool-call", ...of, stepId, toolCallId: call.id, toolName: call.name, input: call.input };
  desk.add(call);
}
