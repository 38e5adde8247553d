import { fault, refuse, resultText, say, type ToolInvocation, type ToolOutput } from "@dispatch/kernel";
import { MemoryWorkspace, toolCall } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { guardCall } from "./guard-call.ts";
import { SecretValues } from "./secret-values.ts";

const key = "canary-of-a-tool-0001";
const secrets = new SecretValues([key]);

const callOf = (told: ToolOutput[] = []): ToolInvocation => ({
  ...toolCall(new MemoryWorkspace(), undefined, (output) => told.push(output)),
  tool: { name: "look" } as ToolInvocation["tool"],
  input: {},
});

test("a result and its details hold no value, whatever the depth, and keep all else", async () => {
  const details = { line: `KEY=${key}`, deep: [{ [key]: 1, plain: "x" }], count: 2, none: null };
  const result = await guardCall(callOf(), async () => say(`KEY=${key}\nother`, details), secrets);
  expect(resultText(result)).toBe("KEY=[masked]\nother");
  expect(result.details).toEqual({ line: "KEY=[masked]", deep: [{ "[masked]": 1, plain: "x" }], count: 2, none: null });
});

test("a refusal stays one", async () => {
  expect(await guardCall(callOf(), async () => refuse(`no ${key}`), secrets)).toEqual({
    content: [{ type: "text", text: "no [masked]" }],
    refused: true,
  });
});

test("a result without a value is the same object", async () => {
  const result = say("nothing", { count: 1 });
  expect(await guardCall(callOf(), async () => result, secrets)).toBe(result);
});

test("output that comes while the tool runs holds no value, also when it comes cut in two", async () => {
  const told: ToolOutput[] = [];
  await guardCall(
    callOf(told),
    async ({ progress }) => {
      progress({ stream: "stdout", data: `a ${key.slice(0, 9)}` });
      progress({ stream: "stderr", data: "cana" });
      progress({ stream: "stdout", data: `${key.slice(9)} b` });
      return say("");
    },
    secrets,
  );
  const joined = (stream: string) =>
    told
      .filter((one) => one.stream === stream)
      .map(({ data }) => data)
      .join("");
  expect([joined("stdout"), joined("stderr")]).toEqual(["a [masked] b", "cana"]);
});

test("a throw is passed on, and what waited is told first", async () => {
  const told: ToolOutput[] = [];
  const call = guardCall(
    callOf(told),
    async ({ progress }) => {
      progress({ stream: "stdout", data: "canary-of" });
      throw new Error("broken");
    },
    secrets,
  );
  await expect(call).rejects.toThrow("broken");
  expect(told).toEqual([{ stream: "stdout", data: "canary-of" }]);
});

test("what a tool throws says no value, and stays the fault that it was", async () => {
  const thrown = [new Error(`no ${key}`), fault("denied", "test/no", `no ${key}`, { data: { tried: key } }), `no ${key}`];
  const told = await Promise.all(thrown.map((one) => guardCall(callOf(), () => Promise.reject(one), secrets).catch((caught) => caught)));
  for (const one of told) expect(one).toMatchObject({ message: "no [masked]" });
  expect(told[1]).toMatchObject({ kind: "denied", code: "test/no", data: { tried: "[masked]" } });
});
