import { expect, test } from "vitest";
import { StreamCheck } from "./stream-check.ts";

const delta = (from: number, to: number) =>
  `{"type":"text-delta","delta":"${Array.from({ length: to - from }, (_, at) => `#${from + at}@1 `).join("")}"}`;
const done = '{"type":"done","reason":"stop"}';
const seal = '{"type":"turn-sealed"}';
const problemOf = (...lines: readonly string[]) => {
  const check = new StreamCheck(4);
  for (const line of lines) check.see(line);
  return check.problem;
};

test("a stream that is whole, in whatever pieces, has no problem", () => {
  expect(problemOf(delta(0, 4), done, seal)).toBeUndefined();
  expect(problemOf(delta(0, 1), delta(1, 3), delta(3, 4), done, seal)).toBeUndefined();
});

test("what is lost, doubled, moved, ended early or ended otherwise is told", () => {
  expect(problemOf(delta(0, 3), done, seal)).toContain("3 of 4 deltas");
  expect(problemOf(delta(0, 2), delta(0, 2), done, seal)).toContain("1 out of order");
  expect(problemOf(delta(2, 4), delta(0, 2), done, seal)).toContain("2 out of order");
  expect(problemOf(delta(0, 4), done)).toContain("end was not seen");
  expect(problemOf(delta(0, 4), '{"type":"done","reason":"error"}', seal)).toContain("ended otherwise");
  expect(problemOf(delta(0, 4), '{"type":"error","message":"x"}', done, seal)).toContain("an error was told");
});
