import { openTraceStore } from "@dispatch/trace-store";
import { expect, test } from "vitest";
import { runCommand } from "../process.fixture.ts";
import { message, smallTurn, startedAt, traced } from "./traces.fixture.ts";
import { turnPrompts } from "./turn-prompts.ts";

// Reaches shownStepsMax.
test("who names a step that a turn has not is told of those that it has, two hundred at most", async () => {
  const prompts = Array.from({ length: 203 }, () => ({ system: "", tools: "[]", messages: [message("m1", "user", "Hi")] }));
  await using folder = await traced(smallTurn("turn-1", prompts));
  await using store = await openTraceStore(folder.db, { readonly: true });
  const known = turnPrompts(store, "turn-1");
  expect(known.at(202).step).toBe(202);
  expect(() => known.at(999)).toThrow(/Its steps are 0, 1, .*, 199\.$/);
});

// Reaches messageCharsMax of list-spans.ts.
test("a failure of any length is one short line", async () => {
  await using folder = await traced([
    { kind: "log", level: "error", msg: "y".repeat(1_000), extensionId: "x", turnId: "t", timestamp: startedAt },
    {
      kind: "span-close",
      spanId: "s",
      name: "n",
      extensionId: "x",
      turnId: "t",
      timestamp: startedAt,
      durationMs: 1,
      status: "error",
      attributes: { "error.message": "z".repeat(301) },
    },
  ]);
  const { stdout } = await runCommand(["trace", "errors"], { cwd: folder.folder });
  expect(stdout).toContain(`${"y".repeat(300)}…`);
  expect(stdout).toContain(` | ${"z".repeat(300)}… | `);
  expect(stdout).not.toMatch(/y{301}|z{301}/);
});
