import { defineOp } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Act, type ImplementedOp, implement, type OpContext } from "./contract.ts";
import { createRegistry } from "./registry.ts";

const context: OpContext = { signal: AbortSignal.abort(), caller: { name: "local", via: "internal" } };

const double = defineOp({
  id: "numbers.double",
  intent: "read",
  summary: "Twice a number.",
  input: z.object({ n: z.int().max(50), note: z.string().trim().optional() }),
  output: z.object({ twice: z.int(), notes: z.array(z.string()).optional() }),
  http: { method: "GET", path: "/double" },
  examples: [{ input: { n: 2 }, output: { twice: 4 } }],
});
type Answer = (input: { n: number; note?: string | undefined }) => unknown;
const registryOf = (answer: Answer, checkOutputs: "sample" | "all" = "all") =>
  createRegistry(() => [implement(double, answer as never)], { checkOutputs });

test("an op gets what its schema made of the input, and the caller", async () => {
  const seen: unknown[] = [];
  const op = implement(double, (input, given) => {
    seen.push(input, given);
    return { twice: input.n * 2 };
  });
  const registry = createRegistry(() => [op], { checkOutputs: "all" });
  expect(await registry.call("numbers.double", { n: 2, note: " a ", later: true }, context)).toEqual({ twice: 4 });
  expect(seen).toEqual([{ n: 2, note: "a" }, context]);
});

test("an input that does not fit is refused before the op runs, one line a problem", async () => {
  let runs = 0;
  const registry = registryOf(() => ({ twice: ++runs }));
  await expect(registry.call("numbers.double", { n: "2", note: 1 }, context)).rejects.toMatchObject({
    kind: "invalid",
    code: "op-registry/invalid-input",
    message: "n: Invalid input: expected number, received string\nnote: Invalid input: expected string, received number",
    data: { problems: [expect.stringContaining("n: "), expect.stringContaining("note: ")] },
  });
  for (const input of [undefined, null, [], "x", {}, { n: 51 }]) {
    await expect(registry.call("numbers.double", input, context)).rejects.toMatchObject({ kind: "invalid" });
  }
  expect(runs).toBe(0);
});

// Reaches problemsMax.
test("at most twenty problems are told", async () => {
  const many = defineOp({ ...double, input: z.object({ list: z.array(z.string()) }), examples: [] });
  const registry = createRegistry(() => [implement(many, () => ({ twice: 1 }))], { checkOutputs: "all" });
  const told = registry.call(many.id, { list: Array(1_000).fill(1) }, context).catch(({ data }) => data.problems.length);
  expect(await told).toBe(20);
});

test("an op that is not there is missing", async () => {
  const registry = registryOf(() => ({}));
  await expect(registry.call("numbers.halve", {}, context)).rejects.toMatchObject({ kind: "missing", code: "op-registry/unknown-op" });
});

test("what an op raises reaches the caller unchanged", async () => {
  const raised = new Error("disk on fire");
  const registry = registryOf(() => {
    throw raised;
  });
  await expect(registry.call("numbers.double", { n: 1 }, context)).rejects.toBe(raised);
});

test("an answer that is not as declared is a defect", async () => {
  for (const answer of [undefined, {}, { twice: "4" }, { twice: 1, notes: [1] }]) {
    for (const check of ["sample", "all"] as const) {
      const call = registryOf(() => answer, check).call("numbers.double", { n: 1 }, context);
      await expect(call).rejects.toMatchObject({ kind: "defect", code: "op-registry/invalid-output" });
    }
  }
});

test("checked in full, an answer must hold nothing that is not declared and survive JSON", async () => {
  for (const answer of [
    { twice: 1, secret: 1 },
    { twice: 1, notes: ["a"], toJSON: () => ({}) },
  ]) {
    await expect(registryOf(() => answer).call("numbers.double", { n: 1 }, context)).rejects.toMatchObject({ kind: "defect" });
  }
});

// Reaches sampledItemsMax.
test("by sample, the ends of a long list stand for all of it", async () => {
  const answerWith = (at: number) => ({ twice: 1, notes: Array.from({ length: 10_000 }, (_, index) => (index === at ? 1 : "a")) });
  const call = (at: number, check: "sample" | "all") => registryOf(() => answerWith(at), check).call("numbers.double", { n: 1 }, context);
  for (const at of [0, 9, 9_990, 9_999]) await expect(call(at, "sample"), `${at}`).rejects.toMatchObject({ kind: "defect" });
  for (const at of [10, 9_989]) expect(await call(at, "sample")).toEqual(answerWith(at));
  await expect(call(5_000, "all")).rejects.toMatchObject({ kind: "defect" });
  expect(await call(5_000, "sample")).toEqual(answerWith(5_000));
});

test("ops that come later are there at the next call", async () => {
  const ops: ImplementedOp[] = [];
  const registry = createRegistry(() => ops, { checkOutputs: "all" });
  await expect(registry.call("numbers.double", { n: 1 }, context)).rejects.toMatchObject({ kind: "missing" });
  ops.push(implement(double, ({ n }) => ({ twice: n * 2 })));
  expect(await registry.call("numbers.double", { n: 1 }, context)).toEqual({ twice: 2 });
  expect(Object.keys(registry.openApi().paths as object)).toContain("/double");
});

const erase = defineOp({ ...double, id: "numbers.erase", intent: "destroy", http: { method: "POST", path: "/erase" }, examples: [] });
const actsOf = (run: () => unknown) => {
  const acts: Act[] = [];
  const registry = createRegistry(
    () => [implement(double, run as never), implement(erase, run as never)],
    { checkOutputs: "all" },
    (act) => void acts.push(act),
  );
  return { registry, acts };
};

test("a caller that may only read calls what reads, and nothing that does not, however wrong its input is", async () => {
  let runs = 0;
  const { registry, acts } = actsOf(() => ({ twice: ++runs }));
  const reader: OpContext = { ...context, caller: { name: "eyes", via: "http", readOnly: true } };
  expect(await registry.call("numbers.double", { n: 2 }, reader)).toEqual({ twice: 1 });
  for (const input of [{ n: 2 }, {}, undefined])
    await expect(registry.call("numbers.erase", input, reader)).rejects.toMatchObject({ kind: "denied", code: "op-registry/read-only" });
  expect(runs).toBe(1);
  expect(acts.map(({ outcome }) => outcome)).toEqual(Array(3).fill("op-registry/read-only"));
});

test("what is no reading is told, with its caller, its input and how it ended", async () => {
  const answers: (() => unknown)[] = [() => ({ twice: 4 }), () => Promise.reject(new Error("disk on fire"))];
  const { registry, acts } = actsOf(() => answers.shift()?.());
  await registry.call("numbers.erase", { n: 2 }, context);
  await registry.call("numbers.erase", { n: 2 }, context).catch(() => {});
  await registry.call("numbers.erase", { n: "2" }, context).catch(() => {});
  await registry.call("numbers.double", { n: 2 }, context).catch(() => {});
  const act = { what: "numbers.erase", caller: context.caller, input: { n: 2 } };
  expect(acts).toEqual([
    { ...act, outcome: "done" },
    { ...act, outcome: expect.stringMatching(/defect$/) },
    { ...act, input: { n: "2" }, outcome: "op-registry/invalid-input" },
  ]);
});
