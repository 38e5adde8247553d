import type { BootOptions } from "../contracts/extension.ts";
import { asFault } from "../contracts/fault.ts";
import type { Json } from "../contracts/json.ts";
import { describe, type Schema, validate } from "../contracts/schema.ts";
import { nameOf, type Problem, unknownWord } from "./problem.ts";
import { keepsKeys, takeUnknownKeys } from "./unknown-keys.ts";
import { within } from "./within.ts";

interface Reading {
  readonly value: unknown;
  readonly problems: readonly string[];
}

/** Validates what was configured for every extension, and gives each its values and defaults by id. */
export async function readConfigurations({ extensions, config, clock, activateTimeoutMs }: BootOptions): Promise<{
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
}> {
  const names = extensions.map(nameOf);
  const strangers = Object.keys(config).filter((id) => !names.includes(id));
  const problems = strangers.map((id) => problem(id, `the configuration names the unknown extension ${unknownWord(id, names)}`));
  const values = new Map<string, unknown>();
  for (const [index, extension] of extensions.entries()) {
    const id = nameOf(extension, index);
    const given = Object.hasOwn(config, id) ? config[id] : undefined;
    const reading = await within(clock, activateTimeoutMs, read(extension?.config, given));
    values.set(id, reading?.value.value);
    const texts = reading?.value.problems ?? [`its configuration could not be validated within ${activateTimeoutMs} ms`];
    problems.push(...texts.map((text) => problem(id, text)));
  }
  return { values, problems };
}

const problem = (extensionId: string, text: string): Problem => ({ extensionId, about: "config", text });

/** Never rejects. Without a configuration the schema is asked for its defaults, by an empty object. */
async function read(schema: Schema | undefined, given: unknown): Promise<Reading> {
  if (schema === undefined) return { value: undefined, problems: given === undefined ? [] : ["it takes no configuration"] };
  try {
    // To describe a schema takes longer than to validate by it, and only what may have an unknown key needs it.
    const direct = await validate(schema, given ?? {});
    if (direct.ok && keepsKeys(given, direct.value)) return { value: direct.value, problems: [] };
    const { known, problems } = takeUnknownKeys(descriptionOf(schema), given ?? {});
    const result = await validate(schema, known);
    if (result.ok) return { value: result.value, problems };
    return { value: undefined, problems: [...problems, ...result.problems] };
  } catch (thrown) {
    return { value: undefined, problems: [`its configuration schema failed: ${asFault(thrown).message}`] };
  }
}

/** A schema that cannot be written as JSON Schema still validates; it only cannot name the nearest key. */
function descriptionOf(schema: Schema): Json {
  try {
    return describe(schema);
  } catch {
    return null;
  }
}
