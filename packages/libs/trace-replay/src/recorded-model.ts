import type { Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import type { CallRecorder } from "./call-recorder.ts";
import type { InputGate } from "./input-gate.ts";
import type { RecordingSheet } from "./recording-sheet.ts";

/** The same model, whose parts are noted as they are handed over. By hand and not a generator: every delta takes this way. */
export function recordedModel(model: Model, notes: Notes): Model {
  return {
    name: model.name,
    ...(model.contextWindow === undefined ? {} : { contextWindow: model.contextWindow }),
    ...(model.vision === undefined ? {} : { vision: model.vision }),
    stream(request: ModelRequest, signal: AbortSignal) {
      try {
        const stream = model.stream(request, signal);
        return { [Symbol.asyncIterator]: () => recordedParts(stream[Symbol.asyncIterator](), notes) };
      } catch (thrown) {
        notes.sheet.given({ kind: "threw", message: messageOf(thrown) });
        throw thrown;
      }
    },
  };
}

interface Notes {
  readonly sheet: RecordingSheet;
  readonly gate: InputGate;
  readonly calls: CallRecorder;
}

function recordedParts(parts: AsyncIterator<ModelPart>, { sheet, gate, calls }: Notes): AsyncIterator<ModelPart> {
  let isOver = false;
  const note = (result: IteratorResult<ModelPart>) => {
    if (isOver) return result;
    if (result.done) {
      isOver = true;
      sheet.given({ kind: "cut" });
    } else {
      isOver = result.value.type === "error" || result.value.type === "finish";
      if (result.value.type === "tool-call") calls.heard(result.value.toolCallId);
      sheet.part(result.value);
    }
    return result;
  };
  const fail = (thrown: unknown): never => {
    if (!isOver) sheet.given({ kind: "threw", message: messageOf(thrown) });
    isOver = true;
    throw thrown;
  };
  const onPart = (result: IteratorResult<ModelPart>) => (gate.isBusy && !isOver ? gate.inTurn(() => note(result)) : note(result));
  const onThrow = (thrown: unknown) => (gate.isBusy && !isOver ? gate.inTurn(() => fail(thrown)) : fail(thrown));
  return {
    next: () => (isOver ? parts.next() : parts.next().then(onPart, onThrow)),
    return: async () => {
      isOver = true;
      return (await parts.return?.()) ?? { done: true, value: undefined };
    },
  };
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
