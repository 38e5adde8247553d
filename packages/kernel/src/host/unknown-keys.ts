import type { Json } from "../contracts/json.ts";
import { unknownWord } from "./problem.ts";

interface Fields {
  readonly [key: string]: unknown;
}

/**
 * Takes out of a configuration the keys that its schema does not name, also those of nested objects, and says of each which one was probably
 * meant. A schema that is open on purpose (`additionalProperties`, `patternProperties`) knows every key.
 */
export function takeUnknownKeys(schema: Json, given: unknown): { readonly known: unknown; readonly problems: readonly string[] } {
  const problems: string[] = [];
  return { known: takeFrom(schema, given, "", problems), problems };
}

/** Whether all that was given is there still, by name: a schema that drops what it does not know shows it so. */
export const keepsKeys = (given: unknown, value: unknown): boolean =>
  !isFields(given) ||
  (isFields(value) && Object.keys(given).every((key) => Object.hasOwn(value, key) && keepsKeys(given[key], value[key])));

function takeFrom(schema: unknown, given: unknown, path: string, problems: string[]): unknown {
  const properties = namedProperties(schema);
  if (properties === undefined || !isFields(given)) return given;
  const known: [string, unknown][] = [];
  for (const [key, value] of Object.entries(given)) {
    if (Object.hasOwn(properties, key)) known.push([key, takeFrom(properties[key], value, `${path}${key}.`, problems)]);
    else problems.push(`it has no setting ${path}${unknownWord(key, Object.keys(properties))}`);
  }
  return Object.fromEntries(known);
}

/** `undefined` for a schema that names no properties or allows others beside them. */
function namedProperties(schema: unknown): Fields | undefined {
  if (!isFields(schema) || schema.type !== "object" || schema.patternProperties !== undefined) return undefined;
  const { properties, additionalProperties: others = false } = schema;
  return others === false && isFields(properties) ? properties : undefined;
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
