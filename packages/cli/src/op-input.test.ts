import { defineOp, getLast, listConversations } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { z } from "zod";
import { opInput } from "./op-input.ts";

const args = (operands: readonly string[], values: { readonly [flag: string]: string } = {}, switches: readonly string[] = []) => ({
  operands,
  values,
  switches: new Set(switches),
});

test("operands and flags of a command are read off the op's input", () => {
  const { operands, flags } = opInput(listConversations);
  expect(operands).toEqual([{ name: "prefix", optional: true }]);
  expect(flags).toMatchObject([
    { name: "status", value: "status", choices: ["active", "queued", "idle", "closed"], list: true },
    { name: "workspace", short: "w", value: "workspace" },
  ]);
});

test("words become the fields of the input, numbers and lists included", () => {
  expect(opInput(listConversations).read(args(["c1"], { status: "active, idle", workspace: "home" }))).toEqual({
    q: "c1",
    status: ["active", "idle"],
    workspaceId: "home",
  });
  expect(opInput(getLast).read(args(["c1"], { "timeout-ms": "500" }))).toEqual({ conversationId: "c1", timeoutMs: 500 });
});

test("a word where a number belongs is a usage error", () => {
  expect(() => opInput(getLast).read(args(["c1"], { "timeout-ms": "soon" }))).toThrow('--timeout-ms needs a number, not "soon".');
});

test("a yes-or-no field is a switch", () => {
  const op = defineOp({
    id: "test.switch",
    intent: "read",
    summary: "",
    input: z.object({ deepLook: z.boolean().optional().describe("Look deeper.") }),
    output: z.object({}),
    http: { method: "GET", path: "/x" },
    cli: { command: "x" },
    examples: [],
  });
  const line = opInput(op);
  expect(line.flags).toEqual([{ name: "deep-look", summary: "Look deeper." }]);
  expect([line.read(args([], {}, ["deep-look"])), line.read(args([]))]).toEqual([{ deepLook: true }, {}]);
});
