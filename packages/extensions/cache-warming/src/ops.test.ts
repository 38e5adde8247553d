import { fault } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { Refused } from "./faults.ts";
import { warmingOps } from "./ops.ts";
import { warmResult } from "./warm-result.ts";

const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
const run = async (warm: Parameters<typeof warmingOps>[0]["warm"], input: object = { conversationId: "c" }) =>
  warmingOps({ warm })[0]?.run(input as never, context);
const refusing = (thrown: unknown) => run(() => Promise.reject(thrown)).catch((refused: unknown) => refused);

test("whatever was in the way is one conflict, which says what it was", async () => {
  for (const kind of ["invalid", "missing", "denied", "limited", "unavailable", "conflict", "cancelled"] as const)
    expect(await refusing(fault(kind, "a/b", "Do this."))).toMatchObject({
      kind: "conflict",
      code: "cache-warming/refused",
      message: "Do this.",
      data: { because: "a/b" },
    });
  const own = new Refused("Wait.");
  expect(await refusing(own)).toBe(own);
});

test("what went wrong on our side is told as that", async () => {
  const full = fault("unavailable", "store/unavailable", "The disk is full.");
  expect(await refusing(full)).toBe(full);
  expect(await refusing(new Error("oops"))).toMatchObject({ kind: "defect" });
});

test("an empty model or folder is none", async () => {
  const asked: unknown[] = [];
  const warm = async (...given: readonly unknown[]) => {
    asked.push(given);
    return warmResult({});
  };
  await run(warm, { conversationId: "c", model: "", cwd: "" });
  await run(warm, { conversationId: "c", model: "a/b", cwd: "/x" });
  expect(asked).toEqual([
    ["c", {}],
    ["c", { modelName: "a/b", cwd: "/x" }],
  ]);
});
