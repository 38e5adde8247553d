import type { TraceStore } from "@dispatch/trace-store";
import { type PromptTexts, promptTexts, tracedPrompts } from "@dispatch/trace-store/reading";
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
  const prompts = tracedPrompts(store.turn(turnId));
  if (prompts.length === 0)
    throw new ClientFault(
      "missing",
      "cli/no-prompt",
      `No prompt of the turn ${turnId} was traced. "dispatch trace list" names the turns that were.`,
    );
  return {
    at(which) {
      const found = typeof which === "number" ? prompts.find(({ step }) => step === which) : prompts.at(which === "first" ? 0 : -1);
      if (found !== undefined) return { turnId, step: found.step, ...rebuilt(store, turnId, found.recordId) };
      const known = prompts.slice(0, shownStepsMax).map(({ step }) => step);
      throw new ClientFault("missing", "cli/no-step", `The turn ${turnId} has no step ${which}. Its steps are ${known.join(", ")}.`);
    },
  };
}

const shownStepsMax = 200;

function rebuilt(store: TraceStore, turnId: string, recordId: string): PromptTexts {
  const text = store.body(recordId);
  const prompt = text === undefined ? undefined : promptTexts(text, (hash) => store.bodyByHash(hash));
  if (prompt !== undefined) return prompt;
  throw new ClientFault(
    "missing",
    "cli/no-prompt",
    `This prompt of the turn ${turnId} is no longer stored: large texts are kept for a while only.`,
  );
}
