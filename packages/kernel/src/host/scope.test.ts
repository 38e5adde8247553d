import { FakeClock, Gate, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { fault } from "../contracts/fault.ts";
import { Scope } from "./scope.ts";

function open() {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const undone: string[] = [];
  const scope = new Scope({ id: "todo", log, clock, graceMs: 100 });
  const own = (name: string, act = async () => {}) =>
    scope.own({
      async [Symbol.asyncDispose]() {
        undone.push(name);
        await act();
      },
    });
  return { clock, log, undone, scope, own };
}
const ended = expect.objectContaining({ kind: "cancelled", code: "kernel/scope-ended" });

test("the end undoes in reverse, registrations and resources alike", async () => {
  const { scope, own, undone } = open();
  own("first");
  scope.register(() => () => undone.push("second"));
  scope.own({ [Symbol.dispose]: () => void undone.push("third") });
  await scope.end();
  expect(undone).toEqual(["third", "second", "first"]);
});

test("each undoing waits for the one before", async () => {
  const { scope, own, undone } = open();
  const gate = new Gate();
  own("first");
  own("second", () => gate.pass());
  const ending = scope.end();
  await gate.reached;
  expect(undone).toEqual(["second"]);
  gate.open();
  await ending;
  expect(undone).toEqual(["second", "first"]);
});

test("a failing undo is journaled and does not stop the rest", async () => {
  const { scope, own, undone, log } = open();
  own("first");
  own("rejects", () => Promise.reject(fault("unavailable", "todo/stuck", "stuck")));
  scope.own({
    [Symbol.dispose]() {
      throw new Error("broken");
    },
  });
  await scope.end();
  expect(undone).toEqual(["rejects", "first"]);
  expect(log.told("undo-failed").map((line) => [line.extensionId, line.attributes.code])).toEqual([
    ["todo", "todo/defect"],
    ["todo", "todo/stuck"],
  ]);
});

test("an undo that hangs is given up after the grace, and journaled", async () => {
  const { scope, own, undone, log, clock } = open();
  own("first");
  own("hangs", () => new Promise(() => {}));
  const ending = scope.end();
  await clock.advance(100);
  await ending;
  expect(undone).toEqual(["hangs", "first"]);
  expect(log.told("undo-abandoned")).toHaveLength(1);
  expect(clock.sleeping).toBe(0);
});

test("what is disposed early is undone once, and not again at the end", async () => {
  const { scope, undone } = open();
  const registration = scope.register(() => () => undone.push("once"));
  registration[Symbol.dispose]();
  registration[Symbol.dispose]();
  await scope.end();
  expect(undone).toEqual(["once"]);
});

test("a registration that throws leaves nothing to undo", async () => {
  const { scope, log } = open();
  expect(() =>
    scope.register(() => {
      throw new Error("no");
    }),
  ).toThrow("no");
  await scope.end();
  expect(log.lines).toEqual([]);
});

test("ending twice ends once, and whoever asks waits for the end", async () => {
  const { scope, own, undone } = open();
  const gate = new Gate();
  own("only", () => gate.pass());
  const first = scope.end();
  await gate.reached;
  const second = scope.end().then(() => undone.push("told"));
  await Promise.race([second, new FakeClock().advance(0)]);
  expect(undone).toEqual(["only"]);
  gate.open();
  await Promise.all([first, second]);
  expect(undone).toEqual(["only", "told"]);
});

test("while it ends nothing new is taken, but what there is still works", async () => {
  const { scope, own } = open();
  const gate = new Gate();
  own("waits", () => gate.pass());
  const ending = scope.end();
  await gate.reached;
  expect(scope.signal.aborted).toBe(true);
  expect(() => scope.register(() => () => {})).toThrow(ended);
  expect(() => scope.spawn("late", async () => {})).toThrow(ended);
  expect(() => scope.assertUsable()).not.toThrow();
  gate.open();
  await ending;
  expect(() => scope.assertUsable()).toThrow(ended);
});

test("a resource that comes after the end is disposed at once", async () => {
  const { scope, own, undone } = open();
  await scope.end();
  expect(() => own("late")).toThrow(ended);
  expect(undone).toEqual(["late"]);
});

test("at the end a task's signal aborts, and belongings outlive the task", async () => {
  const { scope, own, undone } = open();
  own("belonging");
  scope.spawn("listen", async (signal) => {
    await new Gate().pass(signal);
    expect(signal.reason).toEqual(ended);
    undone.push("task");
  });
  await scope.end();
  expect(undone).toEqual(["task", "belonging"]);
});

test("tasks share one grace; who does not finish in it is named and left", async () => {
  const { scope, log, clock, undone, own } = open();
  own("belonging");
  scope.spawn("deaf", () => new Promise(() => {}));
  scope.spawn("slow", async (signal) => {
    await new Gate().pass(signal);
    await clock.sleep(60);
  });
  const ending = scope.end();
  await clock.advance(99);
  expect(undone).toEqual([]);
  await clock.advance(1);
  await ending;
  expect(undone).toEqual(["belonging"]);
  expect(log.told("task-abandoned").map((line) => line.attributes)).toEqual([{ task: "deaf", graceMs: 100 }]);
});

test("a task that fails is journaled with its name, also when it throws on the spot", async () => {
  const { scope, log } = open();
  scope.spawn("rejects", async () => Promise.reject(new Error("late")));
  scope.spawn("throws", () => {
    throw fault("limited", "todo/full", "full");
  });
  await scope.end();
  const told = log.told("task-failed").map(({ attributes }) => [attributes.task, attributes.code, attributes["error.message"]]);
  expect(told.sort()).toEqual([
    ["rejects", "todo/defect", "Something went wrong inside Dispatch: late"],
    ["throws", "todo/full", "full"],
  ]);
});

test("a task that ends with the abort it was given has not failed", async () => {
  const { scope, log } = open();
  scope.spawn("obedient", async (signal) => {
    await new Gate().pass(signal);
    signal.throwIfAborted();
  });
  scope.spawn("polite", async (signal) => {
    await new Gate().pass(signal);
    throw fault("cancelled", "todo/stopped", "stopped");
  });
  await scope.end();
  expect(log.lines).toEqual([]);
});

test("a task stopped early is aborted alone", async () => {
  const { scope, clock } = open();
  const stopped: string[] = [];
  const wait = (name: string) => async (signal: AbortSignal) => {
    await clock.sleep(1_000, signal);
    stopped.push(name);
  };
  const first = scope.spawn("first", wait("first"));
  scope.spawn("second", wait("second"));
  first[Symbol.dispose]();
  await clock.advance(0);
  expect(stopped).toEqual(["first"]);
  expect(scope.signal.aborted).toBe(false);
  await scope.end();
  expect(stopped).toEqual(["first", "second"]);
});
