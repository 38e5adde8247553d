import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";

const now = new Date("2026-11-21T11:00:00.000Z");
const parse = (...args: string[]) => parseOptions(args, "/repository", now);

test("without flags all workloads run and the result goes to the cache", () => {
  expect(parse()).toEqual({
    only: ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8"],
    rounds: undefined,
    quick: false,
    out: "/repository/.cache/bench/2026-11-21T11-00-00.000Z.json",
    server: "/repository/packages/host-bin/bundle/main.js",
  });
});

test("workloads are taken in their own order, in any case", () => {
  expect(parse("--only", "w4, W1", "--rounds", "3", "--quick")).toMatchObject({ only: ["W1", "W4"], rounds: 3, quick: true });
});

test("what is not understood is refused", () => {
  expect(() => parse("--onyl", "W1")).toThrow("--onyl");
  expect(() => parse("W1")).toThrow("W1");
  expect(() => parse("--only", "W9")).toThrow('no workload "W9"');
  expect(() => parse("--only", "")).toThrow("no workload");
  for (const rounds of ["0", "-1", "1.5", "many", ""]) expect(() => parse("--rounds", rounds)).toThrow();
});
