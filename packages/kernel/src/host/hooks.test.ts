import { FakeClock, Gate, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { fault } from "../contracts/fault.ts";
import { defineIntercept, defineNotify, defineTransform } from "../contracts/token.ts";
import { Hooks } from "./hooks.ts";

const Saved = defineNotify<string>("desk/saved");
const Shape = defineTransform<string, { suffix: string }>("desk/shape");
const Decide = defineIntercept<number, string>("desk/decide");

const one = { id: "one", rank: 1 };
const two = { id: "two", rank: 2 };
const three = { id: "three", rank: 3 };

function open() {
  const log = new RecordingLog();
  return { log, hooks: new Hooks(log) };
}
const journaled = (log: RecordingLog) =>
  log.told("hook-failed").map((line) => [line.extensionId, line.attributes.hook, line.attributes.code]);
/** Resolves when every promise that can settle has settled. */
const settled = () => new FakeClock().advance(0);
const throws = () => {
  throw new Error("oops");
};

test("notify tells every handler in the order of activation", () => {
  const { hooks } = open();
  const told: string[] = [];
  hooks.on(Saved, (event: string) => void told.push(`three ${event}`), three);
  hooks.on(Saved, (event: string) => void told.push(`one ${event}`), one);
  hooks.notify(Saved, "x");
  expect(told).toEqual(["one x", "three x"]);
});

test("notify does not wait for its handlers", async () => {
  const { hooks } = open();
  const gate = new Gate();
  const told: string[] = [];
  hooks.on(Saved, (event: string) => gate.pass().then(() => void told.push(event)), one);
  hooks.notify(Saved, "x");
  await gate.reached;
  expect(told).toEqual([]);
  gate.open();
  await settled();
  expect(told).toEqual(["x"]);
});

test("a throw in a notify handler is journaled under its extension, and the others still run", async () => {
  const { hooks, log } = open();
  const told: string[] = [];
  hooks.on(Saved, throws, one);
  hooks.on(Saved, async () => Promise.reject(fault("denied", "two/no", "no")), two);
  hooks.on(Saved, () => void told.push("three"), three);
  hooks.notify(Saved, "x");
  await settled();
  expect(told).toEqual(["three"]);
  expect(journaled(log)).toEqual([
    ["one", "desk/saved", "one/defect"],
    ["two", "desk/saved", "two/no"],
  ]);
});

test("transform hands the value from one handler to the next, and gives each the context", async () => {
  const { hooks } = open();
  const add =
    (letter: string) =>
    async (value: string, { suffix }: { suffix: string }) =>
      `${value}${letter}${suffix}`;
  hooks.on(Shape, add("b"), two);
  hooks.on(Shape, add("a"), one);
  expect(await hooks.transform(Shape, "-", { suffix: "." })).toBe("-a.b.");
});

test("a throw in a transform handler is journaled, and the value passes unchanged", async () => {
  const { hooks, log } = open();
  hooks.on(Shape, (value: string) => `${value}1`, one);
  hooks.on(Shape, throws, two);
  hooks.on(Shape, (value: string) => `${value}3`, three);
  expect(await hooks.transform(Shape, "", { suffix: "" })).toBe("13");
  expect(journaled(log)).toEqual([["two", "desk/shape", "two/defect"]]);
});

test("a hook without handlers gives the value, or the innermost outcome", async () => {
  const { hooks } = open();
  expect(await hooks.transform(Shape, "as it is", { suffix: "" })).toBe("as it is");
  expect(await hooks.intercept(Decide, 1, async (n) => `ran ${n}`)).toBe("ran 1");
});

test("intercept is an onion: the first activated is outermost", async () => {
  const { hooks } = open();
  const layer = (name: string) => async (n: number, next: (n: number) => Promise<string>) => `${name}(${await next(n + 1)})`;
  hooks.on(Decide, layer("two"), two);
  hooks.on(Decide, layer("one"), one);
  expect(await hooks.intercept(Decide, 0, async (n) => `ran ${n}`)).toBe("one(two(ran 2))");
});

test("an intercept handler that does not go on is the outcome", async () => {
  const { hooks } = open();
  hooks.on(Decide, async () => "refused", one);
  hooks.on(Decide, throws, two);
  expect(await hooks.intercept(Decide, 0, throws)).toBe("refused");
});

test("a fault in an intercept handler is the outcome, as it was thrown", async () => {
  const { hooks } = open();
  const no = fault("denied", "one/no", "no");
  hooks.on(Decide, () => Promise.reject(no), one);
  await expect(hooks.intercept(Decide, 0, async () => "ran")).rejects.toBe(no);
});

test("what else an intercept handler throws is its defect, also when it throws on the spot", async () => {
  const { hooks } = open();
  hooks.on(Decide, async (n: number, next: (n: number) => Promise<string>) => next(n), one);
  hooks.on(Decide, throws, two);
  await expect(hooks.intercept(Decide, 0, async () => "ran")).rejects.toMatchObject({ kind: "defect", code: "two/defect" });
});

test("what the innermost throws is the defect of the hook's owner, with or without handlers", async () => {
  const { hooks } = open();
  const fails = async () => Promise.reject(new Error("oops"));
  await expect(hooks.intercept(Decide, 0, fails)).rejects.toMatchObject({ kind: "defect", code: "desk/defect" });
  hooks.on(Decide, async (n: number, next: (n: number) => Promise<string>) => next(n), one);
  await expect(hooks.intercept(Decide, 0, fails)).rejects.toMatchObject({ kind: "defect", code: "desk/defect" });
});

test("an intercept handler may recover, and may try again", async () => {
  const { hooks } = open();
  let tries = 0;
  hooks.on(Decide, async (n: number, next: (n: number) => Promise<string>) => next(n).catch(() => next(n)), one);
  const second = async () => (++tries === 1 ? throws() : "second try");
  expect(await hooks.intercept(Decide, 0, second)).toBe("second try");
});

test("an undone handler is not called again; one that is undone on the way still guards what has begun", async () => {
  const { hooks } = open();
  const told: string[] = [];
  const undo = hooks.on(Saved, (event: string) => void told.push(event), one);
  hooks.notify(Saved, "first");
  undo();
  hooks.notify(Saved, "second");
  expect(told).toEqual(["first"]);

  let removeGuard = () => {};
  hooks.on(
    Decide,
    async (n: number, next: (n: number) => Promise<string>) => {
      removeGuard();
      return next(n);
    },
    one,
  );
  removeGuard = hooks.on(Decide, async () => "refused", two);
  expect(await hooks.intercept(Decide, 0, async () => "ran")).toBe("refused");
  expect(await hooks.intercept(Decide, 0, async () => "ran")).toBe("ran");
});

test("the journal gets the stack of what was thrown", async () => {
  const { hooks, log } = open();
  hooks.on(Saved, throws, one);
  hooks.notify(Saved, "x");
  await settled();
  expect(log.told("hook-failed")[0]?.attributes).toMatchObject({
    hook: "desk/saved",
    kind: "defect",
    "error.message": "Something went wrong inside Dispatch: oops",
    "error.stack": expect.stringContaining("hooks.test.ts"),
  });
});
