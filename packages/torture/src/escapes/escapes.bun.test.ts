import { hasSandbox } from "@dispatch/sandbox/fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judge } from "./attempt.ts";
import { type Desk, openDesk } from "./desk.ts";
import { gitAttempts } from "./git-attempts.ts";
import { pathAttempts } from "./path-attempts.ts";
import { sandboxAttempts } from "./sandbox-attempts.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const names = [...pathAttempts, ...sandboxAttempts, ...gitAttempts].map(({ name }) => name);
const byShell = [...sandboxAttempts.filter(({ name }) => !name.startsWith("bomb:")), ...gitAttempts];

test("there are more than sixty attempts, each with a name of its own", () => {
  expect(names.length).toBeGreaterThan(60);
  expect(new Set(names).size).toBe(names.length);
});

describe("the path policy, through the real tools", () => {
  test.each(pathAttempts.map((attempt) => [attempt.name, attempt] as const))("%s", async (_, attempt) => {
    expect(await judge(attempt, desk)).toEqual([]);
  });
});

describe.skipIf(!hasSandbox)("the sandbox", () => {
  test.each(byShell.map((attempt) => [attempt.name, attempt] as const))("%s", async (_, attempt) => {
    expect(await judge(attempt, desk)).toEqual([]);
  });
});
