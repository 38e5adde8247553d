import type { SurfaceField } from "@dispatch/ui-contract";

/** `unknown`: a kind that a newer server has. */
export type ShownField = SurfaceField | { readonly kind: "unknown"; readonly name: string; readonly payload: unknown };

const fieldsMax = 500;

/** What can be shown of a surface's fields. One that lacks what its kind needs is left out, and the others stay. */
export const readFields = (fields: readonly unknown[]): readonly ShownField[] =>
  fields.slice(0, fieldsMax).flatMap((field) => readField(field) ?? []);

type Given = { readonly [name: string]: unknown };

function readField(given: unknown): ShownField | undefined {
  if (!isGiven(given) || typeof given.kind !== "string") return undefined;
  if (!Object.hasOwn(needs, given.kind)) return { kind: "unknown", name: given.kind, payload: given };
  return needs[given.kind as SurfaceField["kind"]](given) ? (given as unknown as SurfaceField) : undefined;
}

const needs: { readonly [kind in SurfaceField["kind"]]: (given: Given) => boolean } = {
  toggle: ({ label, value, action }) => isText(label) && typeof value === "boolean" && isAction(action),
  progress: ({ label, value }) => isText(label) && isNumber(value),
  selector: ({ label, value, options, action }) => isText(label) && isText(value) && isAction(action) && areOptions(options),
  stat: ({ label, value }) => isText(label) && isText(value),
  number: ({ label, value, action, min, max, step, unit }) =>
    isText(label) && isNumber(value) && isAction(action) && [min, max, step].every(orAbsent(isNumber)) && orAbsent(isText)(unit),
  button: ({ label, action }) => isText(label) && isAction(action),
  custom: ({ rendererId }) => isText(rendererId),
};

const isGiven = (value: unknown): value is Given => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isAction = (value: unknown): boolean => isGiven(value) && isText(value.actionId);
const orAbsent = (fits: (value: unknown) => boolean) => (value: unknown) => value === undefined || fits(value);
const areOptions = (options: unknown): boolean =>
  Array.isArray(options) && options.every((option) => isGiven(option) && isText(option.value) && isText(option.label));
