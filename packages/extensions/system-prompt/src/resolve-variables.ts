import type { Clock, Log } from "@dispatch/kernel";
import type { PromptContext, PromptVariable } from "./contract.ts";
import { keyOf, type VariableName } from "./template.ts";

export const variableTimeoutMs = 2_000;
/** The rest of a longer value is left out. */
export const valueCharsMax = 128 * 1024;

export interface ResolvePorts {
  readonly variables: readonly PromptVariable[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The values of those variables that exist, all asked at once. Never rejects: what fails or hangs does not exist. */
export async function resolveVariables(
  wanted: readonly VariableName[],
  context: PromptContext,
  ports: ResolvePorts,
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(wanted.map(async (one) => [keyOf(one), await ask(one, context, ports)] as const));
  return new Map(found.filter((pair): pair is [string, string] => pair[1] !== null));
}

async function ask({ type, name }: VariableName, context: PromptContext, { variables, clock, log }: ResolvePorts): Promise<string | null> {
  const ofType = variables.filter((variable) => variable.type === type);
  const variable = ofType.find((one) => one.name === name && one.dynamic !== true) ?? ofType.find(({ dynamic }) => dynamic === true);
  if (variable === undefined) return null;
  const known = { variable: keyOf(variable), conversationId: context.conversationId };
  const late = new AbortController();
  try {
    const value = variable.value(name, context, late.signal);
    // Most know at once: no timer for them.
    const text = value instanceof Promise ? await inTime(value, clock) : value;
    if (text !== undefined) return text?.slice(0, valueCharsMax) ?? null;
    log.warn("prompt-variable-late", { ...known, timeoutMs: variableTimeoutMs });
  } catch (thrown) {
    log.warn("prompt-variable-failed", { ...known, error: String(thrown) });
  } finally {
    late.abort();
  }
  return null;
}

/** `undefined`: it did not come in time. */
async function inTime(value: Promise<string | null>, clock: Clock): Promise<string | null | undefined> {
  const answered = new AbortController();
  const timeout = clock.sleep(variableTimeoutMs, answered.signal).then(() => undefined);
  try {
    return await Promise.race([value, timeout]);
  } finally {
    answered.abort();
  }
}
