import type { StoredRecord, TraceStore } from "@dispatch/trace-store";
import { ClientFault } from "../client-fault.ts";
import { type Prompt, type PromptTexts, rebuildPrompt } from "./prompt.ts";

/** The requests of one turn, in the order in which they were made. */
export interface TurnPrompts {
  readonly turnId: string;
  readonly count: number;
  /** Counting from 1; negative: from the end. Faults: `cli/no-step`, `cli/no-prompt`, both missing. */
  at(step: number): Prompt;
}

/** Faults: `cli/no-prompt` (missing) for a turn that was not traced. */
export function turnPrompts(store: TraceStore, turnId: string): TurnPrompts {
  const records = [
    ...new Map(
      store
        .turn(turnId)
        .filter(isPrompt)
        .map((record) => [record.spanId, record]),
    ).values(),
  ];
  if (records.length === 0)
    throw new ClientFault(
      "missing",
      "cli/no-prompt",
      `No prompt of the turn ${turnId} was traced. "dispatch trace list" names the turns that were.`,
    );
  return {
    turnId,
    count: records.length,
    at(step) {
      const record = records.at(step > 0 ? step - 1 : step);
      if (record === undefined)
        throw new ClientFault("missing", "cli/no-step", `The turn ${turnId} has ${records.length} prompts, and no step ${step}.`);
      const index = step > 0 ? step : records.length + step + 1;
      return { turnId, step: index, ...rebuilt(store, record) };
    },
  };
}

/** A body may stand with the opening, with the end, or with both. */
const isPrompt = (record: StoredRecord): boolean => record.kind !== "log" && record.name === "prompt" && record.bodyHash !== undefined;

function rebuilt(store: TraceStore, { id, turnId }: StoredRecord): PromptTexts {
  const text = store.body(id);
  const prompt = text === undefined ? undefined : rebuildPrompt(text, (hash) => store.bodyByHash(hash));
  if (prompt !== undefined) return prompt;
  throw new ClientFault(
    "missing",
    "cli/no-prompt",
    `This prompt of the turn ${turnId} is no longer stored: large texts are kept for a while only.`,
  );
}
