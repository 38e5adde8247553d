import type { Clock } from "../contracts/clock.ts";
import { asFault, fault } from "../contracts/fault.ts";
import type { Json } from "../contracts/json.ts";
import { validate } from "../contracts/schema.ts";
import { resultText, type Tool, type ToolOutput } from "../contracts/tool.ts";
import type { TurnPorts } from "../contracts/turn.ts";
import { failedText, misfitText, notRunText, stoppedText, timedOutText } from "./call-texts.ts";
import { clipText } from "./clip-text.ts";
import type { LiveOutput } from "./live-output.ts";
import { roundMs } from "./step-timing.ts";
import type { TurnStop } from "./turn-stop.ts";

/** The last fence: tools page or keep elsewhere what is larger. */
export const toolResultBytesMax = 100 * 1024;
/** What a tool gets to end after it was told to. The turn goes on without one that does not listen. */
export const abortGraceMs = 5_000;

export interface CallOutcome {
  readonly text: string;
  readonly isError: boolean;
  readonly durationMs?: number;
}

export interface RunnableCall {
  readonly id: string;
  readonly tool: Tool;
  readonly input: Json;
}

export interface CallSurroundings {
  readonly ports: TurnPorts;
  readonly stop: TurnStop;
  readonly output: LiveOutput;
  readonly stepId: string;
}

/** Never rejects: whatever goes wrong becomes a text that the model can act on. */
export async function runCall(call: RunnableCall, surroundings: CallSurroundings): Promise<CallOutcome> {
  const { clock } = surroundings.ports;
  const startedAt = clock.monotonic();
  const { text, isError } = await attempt(call, surroundings).catch((thrown) => failed(call.tool, thrown));
  return { text: clipText(text, toolResultBytesMax), isError, durationMs: roundMs(clock.monotonic() - startedAt) };
}

async function attempt({ id, tool, input }: RunnableCall, { ports, stop, output, stepId }: CallSurroundings): Promise<CallOutcome> {
  let hasStarted = false;
  const ending = await untilCut(tool, ports.clock, stop, async (timed, signal) => {
    const fitting = await validate(tool.input, input);
    if (!fitting.ok) return problem(misfitText(tool.name, fitting.problems));
    signal.throwIfAborted();
    hasStarted = true;
    const progress = (piece: ToolOutput) => output.push(id, piece);
    const result = await ports.callTool({ tool: timed, id, stepId, input: fitting.value, signal, progress });
    return { text: resultText(result), isError: result.refused === true };
  });
  if (ending.cut === undefined) return ending.outcome ?? failed(tool, ending.thrown);
  const why = stop.reason ?? "aborted";
  if (!hasStarted) return problem(notRunText(tool.name, why));
  const text = ending.cut === "deadline" ? timedOutText(tool.name, tool.timeoutMs) : stoppedText(tool.name, why);
  return problem(ending.outcome === undefined ? text : `${text}\nWhat it gave until then:\n${ending.outcome.text}`);
}

interface Ending {
  readonly cut?: "deadline" | "stop";
  readonly outcome?: CallOutcome;
  readonly thrown?: unknown;
}

/**
 * Runs until the call has ended, its deadline has passed or the turn is stopped; a cut call gets `abortGraceMs` to end by itself. The
 * deadline counts from when the tool itself starts, so that a guard may ask a person and wait.
 */
async function untilCut(
  tool: Tool,
  clock: Clock,
  stop: TurnStop,
  run: (tool: Tool, signal: AbortSignal) => Promise<CallOutcome>,
): Promise<Ending> {
  const ender = new AbortController();
  const waits = new AbortController();
  const cut = Promise.withResolvers<"deadline" | "stop">();
  const onStop = () => cut.resolve("stop");
  const onStart = () => void clock.sleep(tool.timeoutMs, waits.signal).then(() => cut.resolve("deadline"));
  stop.signal.addEventListener("abort", onStop, { once: true });
  try {
    const ended = run(announcing(tool, onStart), ender.signal).then(
      (outcome): Ending => ({ outcome }),
      (thrown): Ending => ({ thrown }),
    );
    const first = await Promise.race([ended, cut.promise]);
    if (typeof first === "object") return first;
    ender.abort(first === "stop" ? stop.signal.reason : fault("limited", "kernel/tool-deadline", `${tool.name} reached its time limit.`));
    const late = await Promise.race([ended, clock.sleep(abortGraceMs, waits.signal)]);
    return { ...late, cut: first };
  } finally {
    // With a reason of its own: the platform's is an error with a stack, a call has no use for either.
    waits.abort(null);
    stop.signal.removeEventListener("abort", onStop);
  }
}

/** The same tool, which tells when it starts. */
function announcing(tool: Tool, onStart: () => void): Tool {
  const run: Tool["run"] = (input, call) => {
    onStart();
    return tool.run(input, call);
  };
  return Object.create(tool, { run: { value: run } });
}

const problem = (text: string): CallOutcome => ({ text, isError: true });
const failed = (tool: Tool, thrown: unknown): CallOutcome => problem(failedText(tool.name, asFault(thrown)));
