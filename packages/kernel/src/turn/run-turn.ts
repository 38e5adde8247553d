import { asFault } from "../contracts/fault.ts";
import type { Message } from "../contracts/message.ts";
import type { ModelRequest } from "../contracts/model.ts";
import type { Turn, TurnItem, TurnOutcome, TurnPorts } from "../contracts/turn.ts";
import { type AnswerEnd, askModel } from "./ask-model.ts";
import { buildRequest } from "./build-request.ts";
import { repeatsMax } from "./repeated-calls.ts";
import { type SettledStep, settleStep } from "./settle-step.ts";
import { roundMs } from "./step-timing.ts";
import { openStep, openTurn, type Step, type TurnState } from "./turn-state.ts";
import { contextSizeOf, noUsage, sumUsage } from "./usage.ts";

/**
 * Runs one turn, from `turn-start` to `done`: asks the model, runs its calls, and asks again until an answer makes no call. Never throws:
 * what goes wrong is an `error` event and the reason of the `done` event, and stands in the messages of its step. Nothing but tools runs
 * ahead of the consumer; a consumer that leaves ends the request and the tools. The wall limit counts from here, also in a resumed turn.
 */
export async function* runTurn(turn: Turn, ports: TurnPorts): AsyncGenerator<TurnItem, TurnOutcome, void> {
  const state = openTurn(turn, ports);
  const { of, stop, steps } = state;
  const startedAt = ports.clock.monotonic();
  let history = turn.history;
  let reason: string | undefined;
  try {
    yield { type: "turn-start", ...of };
    reason = stop.reason;
    while (reason === undefined) {
      const step = openStep(state);
      const messages = await stop.orStopped(ports.stepContext(history));
      const end = messages && (yield* askModel(step, requestOf(step, messages)));
      const settled = yield* settleStep(step, end);
      steps.push(settled.metrics);
      history = [...history, ...settled.messages];
      reason = reasonToEnd(step, end, settled);
      if (reason !== undefined) break;
      const steering = await ports.takeSteering();
      if (steering !== undefined) {
        yield { type: "steering", ...of, text: textOf(steering) };
        history = [...history, steering];
      }
      reason = stop.reason;
    }
  } catch (thrown) {
    stop.pull("aborted");
    yield* failTurn(state, thrown);
    reason = "error";
  } finally {
    if (reason === undefined) stop.pull("aborted");
    stop.release();
  }
  const durationMs = roundMs((turn.resumed?.durationMs ?? 0) + ports.clock.monotonic() - startedAt);
  const contextSize = contextSizeOf(steps);
  const ending = { reason, durationMs, usage: sumUsage(steps.map(({ usage }) => usage)), ...(contextSize && { contextSize }) };
  yield { type: "done", ...of, ...ending };
  return { ...ending, steps };
}

function requestOf({ turn, tools }: Step, messages: readonly Message[]): ModelRequest {
  const { system, limits, reasoningEffort } = turn;
  return buildRequest({ system, messages, tools, outputTokensMax: limits.outputTokensMax, reasoningEffort });
}

/** An answer that came to its end stands, whatever was asked meanwhile. */
function reasonToEnd({ isLast, stop }: Step, end: AnswerEnd, { hasCalls, repeats }: SettledStep): string | undefined {
  if (end?.type === "error") return "error";
  if (end !== undefined && isLast) return "max-steps";
  if (end !== undefined && !hasCalls) return end.unified;
  return stop.reason ?? (repeats >= repeatsMax ? "loop" : undefined);
}

/** A port or the kernel itself failed: told and stored like the failure of a step. */
async function* failTurn(state: TurnState, thrown: unknown): AsyncGenerator<TurnItem, void, void> {
  const { of, ports, steps } = state;
  const { stepId } = openStep(state);
  const { message, code, kind } = asFault(thrown);
  const metrics = { stepId, usage: noUsage };
  yield { type: "error", ...of, message, code, kind };
  yield { type: "step-complete", ...of, stepId };
  yield { type: "step-settled", stepId, messages: errorMessages(ports, message, code), metrics };
  steps.push(metrics);
}

function errorMessages(ports: TurnPorts, message: string, code: string): readonly Message[] {
  try {
    return [{ id: ports.newId(), role: "assistant", parts: [{ chunk: { type: "error", message, code } }] }];
  } catch {
    return [];
  }
}

const textOf = ({ parts }: Message): string => parts.flatMap(({ chunk }) => (chunk.type === "text" ? [chunk.text] : [])).join("\n\n");
