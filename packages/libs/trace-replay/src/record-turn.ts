import type { Fault, Turn, TurnItem, TurnOutcome, TurnPorts } from "@dispatch/kernel";
import { CallRecorder } from "./call-recorder.ts";
import { InputGate } from "./input-gate.ts";
import { recordedModel } from "./recorded-model.ts";
import { recordedSleep } from "./recorded-sleep.ts";
import type { RecordedHead, RecordedPage } from "./recording.ts";
import { RecordingSheet } from "./recording-sheet.ts";
import type { TurnLoop } from "./turn-loop.ts";

export interface Recorder {
  /** Resolves in a task of its own, when every promise that could settle has settled. */
  atRest(): Promise<void>;
  asFault(thrown: unknown): Fault;
  /** Takes each page when its step is over. Must not throw. */
  keep(page: RecordedPage): void;
}

/** The same loop, which keeps what it was given and what came out of it. It changes neither, but for the moment at which two inputs that meet are given. */
export function recordTurn(loop: TurnLoop, turn: Turn, ports: TurnPorts, recorder: Recorder): ReturnType<TurnLoop> {
  const sheet = new RecordingSheet(headOf(turn), ports.clock, (page) => recorder.keep(page));
  const gate = new InputGate(() => recorder.atRest());
  const stop = new AbortController();
  const onAbort = () =>
    gate.fromSide(() => {
      sheet.given({ kind: "abort" });
      stop.abort(turn.signal.reason);
    });
  if (turn.signal.aborted) stop.abort(turn.signal.reason);
  else turn.signal.addEventListener("abort", onAbort, { once: true });
  const calls = new CallRecorder(turn, ports, { sheet, gate, asFault: recorder.asFault });
  const running = loop(
    { ...turn, signal: stop.signal, model: recordedModel(turn.model, { sheet, gate, calls }) },
    {
      clock: {
        now: () => ports.clock.now(),
        monotonic: () => sheet.read(),
        sleep: recordedSleep(ports.clock, sheet, gate, () => calls.starting),
      },
      newId: () => sheet.id(ports.newId()),
      random: () => sheet.random(ports.random()),
      takeSteering: () =>
        answered(
          gate,
          ports.takeSteering(),
          (message) => sheet.given({ kind: "steering", ...(message === undefined ? {} : { message: message as never }) }),
          (thrown) => sheet.given({ kind: "steering", fault: faultOf(recorder.asFault(thrown)) }),
        ),
      stepContext: (messages) => {
        sheet.turnPage();
        return answered(
          gate,
          ports.stepContext(messages),
          () => sheet.given({ kind: "view" }),
          (thrown) => sheet.given({ kind: "view", fault: faultOf(recorder.asFault(thrown)) }),
        );
      },
      callTool: (call) => calls.call(call),
    },
  );
  const over = (reason: string) => {
    turn.signal.removeEventListener("abort", onAbort);
    sheet.end(reason);
  };
  return recordedItems(running, { sheet, gate, calls, over });
}

interface Surroundings {
  readonly sheet: RecordingSheet;
  readonly gate: InputGate;
  readonly calls: CallRecorder;
  over(reason: string): void;
}

/** By hand and not a generator: every delta takes this way. */
function recordedItems(running: ReturnType<TurnLoop>, { sheet, gate, calls, over }: Surroundings): ReturnType<TurnLoop> {
  let isOver = false;
  const end = (reason: string) => {
    if (!isOver) over(reason);
    isOver = true;
  };
  const onItem = (result: IteratorResult<TurnItem, TurnOutcome>) => {
    if (isOver) return;
    if (result.done) end(result.value.reason);
    else {
      const item = result.value;
      if (item.type === "step-settled") {
        calls.settled(item);
        sheet.out(undefined, undefined);
      } else sheet.out(item, item.type === "tool-result" ? calls.textOf(item.toolCallId) : undefined);
      if (item.type === "tool-call") calls.told(item);
    }
  };
  const pull = () => {
    sheet.asked();
    const item = running.next();
    // Noted before the consumer goes on, and without another promise in between.
    item.then(onItem, () => {});
    return item;
  };
  return {
    next: () => (gate.mayPull ? pull() : gate.inTurn(pull)),
    return: async (value) => {
      if (!isOver) sheet.given({ kind: "leave" });
      const result = await running.return(value as never);
      end("left");
      return result;
    },
    throw: (thrown) => running.throw(thrown),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined as never);
    },
  };
}

async function answered<T>(gate: InputGate, asked: Promise<T>, note: (value: T) => void, fail: (thrown: unknown) => void): Promise<T> {
  const give = (noteIt: () => void) => (gate.isBusy ? gate.inTurn(noteIt) : noteIt());
  try {
    const value = await asked;
    await give(() => note(value));
    return value;
  } catch (thrown) {
    await give(() => fail(thrown));
    throw thrown;
  }
}

const faultOf = ({ kind, code, message }: Fault) => ({ kind, code, message });

function headOf(turn: Turn): RecordedHead {
  const { conversationId, turnId, model, policy, limits, retry, reasoningEffort, resumed, signal } = turn;
  return {
    conversationId,
    turnId,
    modelName: model.name,
    tools: turn.tools.map(({ name, effect, timeoutMs }) => [name, effect, timeoutMs]),
    policy,
    limits,
    retry,
    reasoningEffort,
    ...(resumed === undefined ? {} : { resumed }),
    ...(signal.aborted ? { isAborted: true } : {}),
  };
}
