import fc from "fast-check";
import { expect, test } from "vitest";
import { readFields } from "./read-fields.ts";

const action = { actionId: "x/do" };
const sound = [
  { kind: "toggle", label: "T", value: true, action },
  { kind: "progress", label: "P", value: 0.5 },
  { kind: "selector", label: "S", value: "a", options: [{ value: "a", label: "A" }], action },
  { kind: "stat", label: "St", value: "1" },
  { kind: "number", label: "N", value: 2, min: 0, max: 9, step: 1, unit: "s", action },
  { kind: "button", label: "B", action },
  { kind: "custom", rendererId: "table", payload: null },
];

test("every kind of the contract is read as it is", () => {
  expect(readFields(sound)).toEqual(sound);
});

test("a field without what it needs is left out, and its neighbours stay", () => {
  const broken = sound.map((field) => Object.fromEntries(Object.entries(field).slice(0, 1)));
  expect(readFields([...broken, sound[3], null, 5, [], { label: "no kind" }])).toEqual([sound[3]]);
  expect(
    readFields([
      { ...sound[4], max: "9" },
      { ...sound[2], options: [{}] },
      { ...sound[1], value: Number.NaN },
    ]),
  ).toEqual([]);
});

test("a kind of a newer server is kept, so that its data can be looked at", () => {
  const field = { kind: "dial", label: "D", value: 3 };
  expect(readFields([field, { kind: "constructor" }])).toEqual([
    { kind: "unknown", name: "dial", payload: field },
    { kind: "unknown", name: "constructor", payload: { kind: "constructor" } },
  ]);
});

test("nothing that a server sends throws", () => {
  fc.assert(fc.property(fc.array(fc.anything()), (fields) => void readFields(fields)));
});

// Reaches fieldsMax.
test("of a surface's fields 500 are shown", () => {
  expect(readFields(Array(501).fill(sound[3]))).toHaveLength(500);
});
