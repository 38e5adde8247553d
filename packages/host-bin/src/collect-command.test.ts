import { expect, test } from "vitest";
import { readArguments } from "./collect-command.ts";

test("what is not given is as the protocol says, the database as the server's", () => {
  const usual = { journal: "j", db: "./.dispatch-data/traces.db", intervalMs: 250, pruneIntervalMs: 60_000, parentPid: 0 };
  expect(readArguments(["--journal", "j"], {})).toEqual(usual);
  expect(readArguments(["--journal", "j"], { DISPATCH_TRACE_DB: "/t.db" })).toEqual({ ...usual, db: "/t.db" });
  const given = ["--journal=j", "--db", "d", "--interval", "5", "--prune-interval-ms", "7", "--parent", "42"];
  expect(readArguments(given, {})).toEqual({ journal: "j", db: "d", intervalMs: 5, pruneIntervalMs: 7, parentPid: 42 });
});

// Reaches intervalMsMax.
test("an interval is a day at most", () => {
  expect(readArguments(["--journal", "j", "--interval", "86400000"], {})).toMatchObject({ intervalMs: 86_400_000 });
  expect(readArguments(["--journal", "j", "--interval", "86400001"], {})).toMatchObject({
    problem: expect.stringContaining("1 to 86400000"),
  });
});

test("wrong arguments are named", () => {
  const problem = (...args: readonly string[]) => Object.values(readArguments(args, {}))[0];
  expect(problem()).toContain("--journal is missing");
  expect(problem("--journal", "j", "--interval", "0")).toContain("--interval takes a whole number");
  expect(problem("--journal", "j", "--interval", "soon")).toContain("--interval");
  expect(problem("--journal", "j", "--nonsense")).toContain("--nonsense");
  expect(problem("--journal", "j", "extra")).toContain("extra");
});
