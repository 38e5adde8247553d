import type { StoredRecord } from "./trace-store.ts";

/** A request of a turn whose text was kept. */
export interface TracedPrompt {
  /** The record with its manifest. */
  readonly recordId: string;
  readonly spanId: string;
  /** Of the turn, from 0, as its tree shows it. */
  readonly step: number;
}

/** In the order in which they were made. */
export function tracedPrompts(records: readonly StoredRecord[]): readonly TracedPrompt[] {
  const steps = stepNumbers(records);
  const prompts = [...new Map(records.filter(isPrompt).map((record) => [record.spanId ?? "", record])).entries()];
  return prompts.map(([spanId, { id, parentSpanId = "" }], index) => ({ recordId: id, spanId, step: steps.get(parentSpanId) ?? index }));
}

/** A turn that was resumed does not begin at its first step again. */
function stepNumbers(records: readonly StoredRecord[]): ReadonlyMap<string, number> {
  const steps = records.filter((record) => record.kind !== "log" && record.name === "step");
  return new Map(
    steps.flatMap(({ spanId = "", attributes = {} }) => (typeof attributes.step === "number" ? [[spanId, attributes.step] as const] : [])),
  );
}

/** A body may stand with the opening, with the end, or with both. */
const isPrompt = (record: StoredRecord): boolean => record.kind !== "log" && record.name === "prompt" && record.bodyHash !== undefined;
