import fc from "fast-check";
import { z } from "zod";
import { hostileJson, hostileText } from "./hostile-values.ts";

/** Values for fields that only some values make interesting: an id that is there, a path that may be written. By the field's name. */
export type FieldValues = { readonly [field: string]: fc.Arbitrary<unknown> };

/** Inputs made from a schema: as it wants them, wrong in one place, wrong in every place, and no object at all. */
export function inputsOf(schema: z.ZodType, fields: FieldValues = {}): fc.Arbitrary<unknown> {
  const described = describe(schema);
  const valid = soundValues(described, described, fields);
  return fc.oneof(
    { weight: 4, arbitrary: valid },
    { weight: 5, arbitrary: nearly(valid, described) },
    { weight: 2, arbitrary: fc.record(Object.fromEntries(namesOf(described).map((name) => [name, hostileJson])), { requiredKeys: [] }) },
    { weight: 1, arbitrary: hostileJson },
  );
}

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: JsonSchema };
}

const describe = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
const namesOf = ({ properties = {} }: JsonSchema): readonly string[] => Object.keys(properties);

/** What the schema takes, now and then at its very bounds. */
function soundValues(schema: JsonSchema, root: JsonSchema, fields: FieldValues): fc.Arbitrary<unknown> {
  const { const: constant, enum: choices, anyOf, oneOf, $ref, type } = schema;
  if (constant !== undefined) return fc.constant(constant);
  if (choices !== undefined) return fc.constantFrom(...choices);
  const alternatives = anyOf ?? oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map((one) => soundValues(one, root, fields)));
  if ($ref !== undefined) return fc.jsonValue({ maxDepth: 2 });
  switch (type) {
    case "string":
      return textOf(schema);
    case "integer":
    case "number":
      return numberOf(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(soundValues(schema.items ?? {}, root, fields), { maxLength: 4 });
    case "object":
      return objectOf(schema, root, fields);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

const usualCharsMax = 40;
/** Longer texts at the bound are made by those who test that bound: here they would only cost time. */
const boundCharsMax = 5_000;

function textOf({ pattern, minLength = 0, maxLength = boundCharsMax + 1 }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const usual = fc.string({ unit: "grapheme", minLength, maxLength: Math.max(minLength, Math.min(maxLength, usualCharsMax)) });
  const most = maxLength > boundCharsMax ? usual : fc.constant("x".repeat(maxLength));
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: most });
}

function numberOf({ type, minimum = -1_000, maximum = 1_000 }: JsonSchema): fc.Arbitrary<number> {
  const usual =
    type === "integer"
      ? fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) })
      : fc.double({ min: minimum, max: maximum, noNaN: true });
  return fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) });
}

function objectOf(schema: JsonSchema, root: JsonSchema, fields: FieldValues): fc.Arbitrary<object> {
  const { properties, required = [], additionalProperties, propertyNames } = schema;
  if (properties === undefined && typeof additionalProperties === "object") {
    return fc.dictionary(textOf(propertyNames ?? {}), soundValues(additionalProperties, root, fields), { maxKeys: 4 });
  }
  const sound = Object.entries(properties ?? {}).map(([name, property]) => {
    const own = soundValues(property, root, fields);
    const known = fields[name];
    return [name, known === undefined ? own : fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: own })] as const;
  });
  return fc.record(Object.fromEntries(sound), { requiredKeys: [...required] });
}

/** One thing wrong with a sound value: a field that is gone, of another kind, just beyond its bound, or one too many. */
function nearly(valid: fc.Arbitrary<unknown>, schema: JsonSchema): fc.Arbitrary<unknown> {
  const names = namesOf(schema);
  if (names.length === 0)
    return fc.oneof(
      hostileJson,
      fc.tuple(valid, hostileText, hostileJson).map(([value, key, more]) => withField(value, key, more)),
    );
  return fc.tuple(valid, fc.constantFrom(...names), hostileJson, hostileText, fc.nat(3)).map(([value, name, wrong, key, way]) => {
    if (way === 0) return withoutField(value, name);
    if (way === 1) return withField(value, key, wrong);
    if (way === 2) return withField(value, name, beyond(schema.properties?.[name] ?? {}));
    return withField(value, name, wrong);
  });
}

const hugeCharsMax = 100_000;

function beyond({ type, maxLength, minLength = 0, maximum, minimum, enum: choices }: JsonSchema): unknown {
  if (choices !== undefined) return `${choices[0]}x`;
  if (type === "string" && maxLength !== undefined && maxLength < hugeCharsMax) return "x".repeat(maxLength + 1);
  if (type === "string") return minLength > 0 ? "x".repeat(minLength - 1) : 7;
  if (maximum !== undefined) return maximum + 1;
  return minimum === undefined ? null : minimum - 1;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

function withoutField(value: unknown, name: string): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

/** Also for `__proto__`, which is then an own property, as in what a parser of JSON gives. */
function withField(value: unknown, name: string, field: unknown): unknown {
  if (!isObject(value)) return { [name]: field };
  const copy = { ...value };
  Object.defineProperty(copy, name, { value: field, enumerable: true, configurable: true, writable: true });
  return copy;
}
