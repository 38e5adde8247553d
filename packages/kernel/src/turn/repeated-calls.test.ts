import { expect, test } from "vitest";
import { type FinishedCall, RepeatedCalls } from "./repeated-calls.ts";

const read = (key: string, text: string): FinishedCall => ({ key, effect: "read", text, isError: false });
const write = (key: string, isError = false): FinishedCall => ({ key, effect: "write", text: "written", isError });
const count = (calls: readonly FinishedCall[]) => {
  const repeated = new RepeatedCalls();
  return calls.map((call) => repeated.note(call));
};

test("the same call with the same result counts up, whatever reads stand between", () => {
  expect(count([read("a", "1"), read("b", "1"), read("a", "1"), read("c", "1"), read("a", "1")])).toEqual([1, 1, 2, 1, 3]);
});

test("another result begins anew", () => {
  expect(count([read("a", "1"), read("a", "1"), read("a", "2"), read("a", "1")])).toEqual([1, 2, 1, 1]);
});

test("a change that was not made before begins anew, the same change again does not", () => {
  expect(count([read("a", "1"), write("w1"), read("a", "1"), write("w2"), read("a", "1")])).toEqual([1, 1, 1, 1, 1]);
  expect(count([write("w"), read("a", "1"), write("w"), read("a", "1"), write("w"), read("a", "1")])).toEqual([1, 1, 2, 2, 3, 3]);
});

test("a change that failed is no change", () => {
  expect(count([read("a", "1"), write("w", true), read("a", "1")])).toEqual([1, 1, 2]);
});
