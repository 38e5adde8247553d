import { testExtension } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Extension } from "../contracts/extension.ts";
import { activationOrder, circleThrough } from "./order.ts";

const ids = (extensions: readonly Extension[]) => extensions.map((extension) => extension.id);
const depends = (id: string, ...dependsOn: string[]) => testExtension(id, { dependsOn });

test("what others depend on comes first, and the rest keeps the order given", () => {
  const order = activationOrder([depends("d", "b"), depends("a"), depends("c"), depends("b", "c")]);
  expect(ids(order)).toEqual(["a", "c", "b", "d"]);
});

test("a dependency that is not in the list holds nobody up", () => {
  expect(ids(activationOrder([depends("b", "gone"), depends("a")]))).toEqual(["b", "a"]);
});

/** Extensions without circles, in any order: each depends on some of those made before it. */
const acyclic = fc
  .array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 12 })
  .map((rows) =>
    rows.map((row, index) => depends(`e${index}`, ...new Set(row.filter((other) => other < index).map((other) => `e${other}`)))),
  )
  .chain((extensions) => fc.shuffledSubarray(extensions, { minLength: extensions.length }));

test("every order puts each extension behind all that it depends on, and loses none", () => {
  fc.assert(
    fc.property(acyclic, (extensions) => {
      const order = ids(activationOrder(extensions));
      expect([...order].sort()).toEqual(ids(extensions).sort());
      for (const extension of extensions)
        for (const dependency of extension.dependsOn) expect(order.indexOf(dependency)).toBeLessThan(order.indexOf(extension.id));
    }),
  );
});

test("a list that is in order already stays as it is", () => {
  fc.assert(
    fc.property(acyclic, (extensions) => {
      const order = activationOrder(extensions);
      expect(ids(activationOrder(order))).toEqual(ids(order));
    }),
  );
});

test("a circle is told as the shortest way from an extension back to itself", () => {
  const dependencies = new Map([
    ["a", ["x", "b"]],
    ["b", ["c", "a"]],
    ["c", ["a"]],
    ["x", []],
    ["outside", ["a"]],
    ["self", ["self"]],
  ]);
  expect(circleThrough("a", dependencies)).toEqual(["a", "b", "a"]);
  expect(circleThrough("c", dependencies)).toEqual(["c", "a", "b", "c"]);
  expect(circleThrough("self", dependencies)).toEqual(["self", "self"]);
  expect(circleThrough("outside", dependencies)).toBeUndefined();
  expect(circleThrough("x", dependencies)).toBeUndefined();
});
