import { FakeClock, Gate, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import type { PromptVariable } from "./contract.ts";
import { resolveVariables, valueCharsMax, variableTimeoutMs } from "./resolve-variables.ts";

const context = { conversationId: "c", cwd: "/work", modelName: "demo/echo", workspaceId: "default" };
const ports = (...variables: PromptVariable[]) => ({ variables, clock: new FakeClock(), log: new RecordingLog() });
const variable = (type: string, name: string, value: PromptVariable["value"], dynamic?: true): PromptVariable => ({
  type,
  name,
  description: "",
  value,
  ...(dynamic === undefined ? {} : { dynamic }),
});

test("a variable is asked with its name and the turn; what it does not have does not exist, an empty value does", async () => {
  const given = ports(
    variable("a", "b", (name, { cwd }) => `${name} in ${cwd}`),
    variable("a", "none", async () => null),
    variable("a", "empty", () => ""),
  );
  const wanted = ["b", "none", "empty", "unknown"].map((name) => ({ type: "a", name }));
  expect(await resolveVariables(wanted, context, given)).toEqual(
    new Map([
      ["a:b", "b in /work"],
      ["a:empty", ""],
    ]),
  );
});

test("a dynamic one answers for the names that nobody else has, its placeholder included", async () => {
  const given = ports(
    variable("file", "<path>", (name) => `text of ${name}`, true),
    variable("file", "special", () => "mine"),
  );
  const wanted = ["special", "other", "<path>"].map((name) => ({ type: "file", name }));
  expect([...(await resolveVariables(wanted, context, given)).values()]).toEqual(["mine", "text of other", "text of <path>"]);
});

test("one that throws does not exist, is told, and holds up no other", async () => {
  const given = ports(
    variable("a", "now", () => {
      throw new Error("broken at once");
    }),
    variable("a", "later", () => Promise.reject(new Error("broken later"))),
    variable("a", "fine", () => "fine"),
  );
  const wanted = ["now", "later", "fine"].map((name) => ({ type: "a", name }));
  expect(await resolveVariables(wanted, context, given)).toEqual(new Map([["a:fine", "fine"]]));
  expect(given.log.told("prompt-variable-failed").map(({ attributes }) => attributes.variable)).toEqual(["a:now", "a:later"]);
});

test("one that hangs is given up when its time is over, and is told by its signal", async () => {
  const gate = new Gate();
  let signalled = false;
  const given = ports(
    variable("a", "slow", async (_, __, signal) => {
      await gate.pass(signal);
      signalled = signal.aborted;
      return "too late";
    }),
  );
  const values = resolveVariables([{ type: "a", name: "slow" }], context, given);
  await gate.reached;
  await given.clock.advance(variableTimeoutMs);
  expect(await values).toEqual(new Map());
  expect(signalled).toBe(true);
  expect(given.log.told("prompt-variable-late")).toHaveLength(1);
});

test("no timer is left behind by one that answers", async () => {
  const given = ports(variable("a", "b", () => "c"));
  await resolveVariables([{ type: "a", name: "b" }], context, given);
  expect(given.clock.sleeping).toBe(0);
});

test("of a value without end the beginning is taken", async () => {
  const given = ports(variable("a", "b", () => "x".repeat(valueCharsMax + 1)));
  expect((await resolveVariables([{ type: "a", name: "b" }], context, given)).get("a:b")).toHaveLength(valueCharsMax);
});
