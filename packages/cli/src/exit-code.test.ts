import { faultKinds } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { exitCodeOf, exitCodes, kindOfStatus } from "./exit-code.ts";

test("every kind of fault has the exit code of the design's table", () => {
  expect(faultKinds.map((kind) => [kind, exitCodes[kind]])).toEqual([
    ["invalid", 2],
    ["missing", 4],
    ["conflict", 5],
    ["denied", 6],
    ["limited", 7],
    ["unavailable", 3],
    ["cancelled", 130],
    ["defect", 1],
  ]);
});

test("an error event exits by its kind, else by its code where the contracts name it, else like a defect", () => {
  expect(exitCodeOf({ kind: "limited", code: "credential-store/no-key" })).toBe(7);
  expect(exitCodeOf({ code: "credential-store/no-key" })).toBe(6);
  expect(exitCodeOf({ code: "provider-x/odd" })).toBe(1);
  expect(exitCodeOf({})).toBe(1);
  expect(exitCodeOf({ kind: "from-the-future" as "defect" })).toBe(1);
});

test("an answer that does not say its kind is judged by its status", () => {
  const kinds = [400, 401, 403, 404, 409, 413, 422, 429, 499, 500, 502, 503].map(kindOfStatus);
  expect(kinds).toEqual(
    "invalid denied denied missing conflict limited invalid limited cancelled defect unavailable unavailable".split(" "),
  );
});
