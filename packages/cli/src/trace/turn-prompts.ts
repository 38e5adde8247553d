import { type PromptTexts, promptTexts, type StoredRecord, type TraceStore } from "@dispatch/trace-store";
import { ClientFault } from "../client-fault.ts";

export type WhichStep = number | "first" | "last";

export interface Prompt extends PromptTexts {
  readonly turnId: string;
  /** Of the turn, from 0. */
  readonly step: number;
}

/** The requests of one turn, in the order in which they were made. */
export interface TurnPrompts {
  /** By the number that the turn's tree shows, from 0. Faults: `cli/no-step`, `cli/no-prompt`, both missing. */
  at(which: WhichStep): Prompt;
}

/** Faults: `cli/no-prompt` (missing) for a turn that was not traced. */
export function turnPrompts(store: TraceStore, turnId: string): TurnPrompts {
  const records = store.turn(turnId);
  const prompts = [...new Map(records.filter(isPrompt).map((record) => [record.spanId, record])).values()];
  if (prompts.length === 0)
    throw new ClientFault(
      "missing",
      "cli/no-prompt",
      `No prompt of the turn ${turnId} was traced. "dispatch trace list" names the turns that were.`,
    );
  const steps = stepNumbers(records);
  const numbered = prompts.map((record, index) => ({ record, step: steps.get(record.parentSpanId ?? "") ?? index }));
  return {
    at(which) {
      const found = typeof which === "number" ? numbered.find(({ step }) => step === which) : numbered.at(which === "first" ? 0 : -1);
      if (found !== undefined) return { turnId, step: found.step, ...rebuilt(store, found.record) };
      const known = numbered.slice(0, shownStepsMax).map(({ step }) => step);
      throw new ClientFault("missing", "cli/no-step", `The turn ${turnId} has no step ${which}. Its steps are ${known.join(", ")}.`);
    },
  };
}

const shownStepsMax = 200;

/** A turn that was resumed does not begin at its first step again. */
function stepNumbers(records: readonly StoredRecord[]): ReadonlyMap<string, number> {
  const steps = records.filter((record) => record.kind !== "log" && record.name === "step");
  return new Map(
    steps.flatMap(({ spanId = "", attributes = {} }) => (typeof attributes.step === "number" ? [[spanId, attributes.step] as const] : [])),
  );
}

/** A body may stand with the opening, with the end, or with both. */
const isPrompt = (record: StoredRecord): boolean => record.kind !== "log" && record.name === "prompt" && record.bodyHash !== undefined;

function rebuilt(store: TraceStore, { id, turnId }: StoredRecord): PromptTexts {
  const text = store.body(id);
  const prompt = text === undefined ? undefined : promptTexts(text, (hash) => store.bodyByHash(hash));
  if (prompt !== undefined) return prompt;
  throw new ClientFault(
    "missing",
    "cli/no-prompt",
    `This prompt of the turn ${turnId} is no longer stored: large texts are kept for a while only.`,
  );
}
