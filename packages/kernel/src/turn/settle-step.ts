import type { StepMetrics, ToolResultEvent } from "@dispatch/wire";
import type { Message } from "../contracts/message.ts";
import type { TurnItem } from "../contracts/turn.ts";
import type { AnswerEnd } from "./ask-model.ts";
import { type Hindrance, notRunText, repeatedText } from "./call-texts.ts";
import type { JudgedCall } from "./judge-call.ts";
import { repeatsHintedFrom } from "./repeated-calls.ts";
import type { CallOutcome } from "./run-call.ts";
import { outputEvents, type Step } from "./turn-state.ts";
import { noUsage } from "./usage.ts";

export interface SettledStep {
  readonly messages: readonly Message[];
  readonly metrics: StepMetrics;
  readonly hasCalls: boolean;
  /** Of its calls, the most often that one has given the same result by now. */
  readonly repeats: number;
}

/**
 * After the model's answer: its calls, their results, and what the ledger keeps. An error, a cut and a stop leave what was shown until
 * then, and each call has a result whatever became of it.
 */
export async function* settleStep(step: Step, end: AnswerEnd): AsyncGenerator<TurnItem, SettledStep, void> {
  const { bell, stepId, of, answer, output, desk, timing } = step;
  if (end?.type === "error") {
    answer.addError(end);
    yield { type: "error", ...of, message: end.message, code: end.code, kind: end.kind };
  }
  yield { type: "step-complete", ...of, stepId, ...timing.times };

  desk.release(isClean(end));
  while (desk.isBusy || !output.isEmpty) {
    if (output.isEmpty) await bell.wait();
    yield* outputEvents(step);
  }

  const { results, repeats } = resultsOf(step, end);
  yield* results;
  const messages = messagesOf(step, results);
  const metrics = { stepId, usage: answer.usage ?? noUsage, ...timing.times };
  yield { type: "step-settled", stepId, messages, metrics };
  return { messages, metrics, hasCalls: answer.calls.length > 0, repeats };
}

/** Only after such an end can one trust that the model has said all that it meant to say. */
const isClean = (end: AnswerEnd): boolean => end?.type === "finish" && (end.unified === "stop" || end.unified === "tool-calls");

function resultsOf(step: Step, end: AnswerEnd): { readonly results: readonly ToolResultEvent[]; readonly repeats: number } {
  const times = new Map<string, number>();
  const results = step.answer.calls.map((call): ToolResultEvent => {
    const { key, outcome } = outcomeOf(step, call, end);
    const { text, isError, durationMs } = outcome;
    const effect = "tool" in call.ground ? call.ground.tool.effect : undefined;
    const repeats = times.get(key) ?? step.repeatedCalls.note({ key, effect, text, isError });
    times.set(key, repeats);
    const content = repeats >= repeatsHintedFrom ? `${text}\n\n${repeatedText(repeats)}` : text;
    const { id: toolCallId, name: toolName } = call;
    const event = { type: "tool-result" as const, ...step.of, stepId: step.stepId, toolCallId, toolName, content, isError };
    return durationMs === undefined ? event : { ...event, durationMs };
  });
  return { results, repeats: Math.max(0, ...times.values()) };
}

function outcomeOf(step: Step, call: JudgedCall, end: AnswerEnd): { readonly key: string; readonly outcome: CallOutcome } {
  const ran = step.desk.outcomeOf(call);
  if (ran !== undefined) return { key: call.key, outcome: ran };
  const why = hindranceOf(step, end);
  if (why === undefined && "problem" in call.ground) return { key: call.key, outcome: { text: call.ground.problem, isError: true } };
  // A call that never gets to its end is the same call each time, wherever it is cut.
  return { key: `${call.name} ${why}`, outcome: { text: notRunText(call.name, why ?? "cut"), isError: true } };
}

/** What kept a call from running that was not wrong in itself. */
function hindranceOf({ stop, isLast }: Step, end: AnswerEnd): Hindrance | undefined {
  if (!isClean(end)) return stop.reason ?? (end?.type === "finish" && end.unified === "length" ? "length" : "cut");
  return isLast ? "last-step" : stop.reason;
}

function messagesOf({ ports, answer, stepId }: Step, results: readonly ToolResultEvent[]): readonly Message[] {
  const { parts } = answer;
  const answered: readonly Message[] = parts.length === 0 ? [] : [{ id: ports.newId(), role: "assistant", parts }];
  const told = results.map(({ toolCallId, toolName, content, isError }): Message => {
    const chunk = { type: "tool-result" as const, toolCallId, toolName, content, isError, stepId };
    return { id: ports.newId(), role: "tool", parts: [{ chunk }] };
  });
  return [...answered, ...told];
}
