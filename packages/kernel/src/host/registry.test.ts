import { expect, test } from "vitest";
import { definePoint, defineService } from "../contracts/token.ts";
import { Registry } from "./registry.ts";

const Names = definePoint<string>("names/names", (name) => name);
const Greeter = defineService<{ greet(): string }>("greeter/greeter");
const early = { id: "early", rank: 1 };
const late = { id: "late", rank: 2 };

test("a service is there until it is undone", () => {
  const registry = new Registry();
  const undo = registry.provide(Greeter, { greet: () => "hello" });
  expect(registry.use(Greeter).greet()).toBe("hello");
  undo();
  expect(() => registry.use(Greeter)).toThrow(expect.objectContaining({ kind: "missing", code: "kernel/no-service" }));
});

test("a second implementation is a conflict, and the first stays", () => {
  const registry = new Registry();
  registry.provide(Greeter, { greet: () => "first" });
  expect(() => registry.provide(Greeter, { greet: () => "second" })).toThrow(
    expect.objectContaining({ kind: "conflict", code: "kernel/duplicate" }),
  );
  expect(registry.use(Greeter).greet()).toBe("first");
});

test("items stand in the order of activation, whenever they were contributed", () => {
  const registry = new Registry();
  registry.contribute(Names, "late 1", late);
  registry.contribute(Names, "early 1", early);
  registry.contribute(Names, "late 2", late);
  registry.contribute(Names, "early 2", early);
  expect(registry.gather(Names)).toEqual(["early 1", "early 2", "late 1", "late 2"]);
});

test("two items of one key are a conflict that names the holder", () => {
  const registry = new Registry();
  registry.contribute(Names, "x", early);
  expect(() => registry.contribute(Names, "x", late)).toThrow(
    expect.objectContaining({
      kind: "conflict",
      code: "kernel/duplicate",
      message: 'names/names already holds "x", contributed by early; rename or remove one of them.',
    }),
  );
  expect(registry.gather(Names)).toEqual(["x"]);
});

test("an undone item is gone, its key is free again, and a list once gathered does not change", () => {
  const registry = new Registry();
  const undo = registry.contribute(Names, "x", early);
  const before = registry.gather(Names);
  undo();
  expect(registry.gather(Names)).toEqual([]);
  registry.contribute(Names, "x", late);
  expect(before).toEqual(["x"]);
  expect(Object.isFrozen(registry.gather(Names))).toBe(true);
});

test("a list is the same list until something comes or goes, also an empty one", () => {
  const registry = new Registry();
  const empty = registry.gather(Names);
  expect(registry.gather(Names)).toBe(empty);
  const undo = registry.contribute(Names, "x", early);
  const one = registry.gather(Names);
  expect(registry.gather(Names)).toBe(one);
  undo();
  expect(registry.gather(Names)).not.toBe(one);
});

test("a token from another copy of its module is the same token", () => {
  const registry = new Registry();
  registry.contribute(Names, "x", early);
  expect(registry.gather(definePoint<string>("names/names", (name) => name))).toEqual(["x"]);
});
