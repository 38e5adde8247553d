import { bootOptions, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import type { BootOptions, Extension } from "../contracts/extension.ts";
import type { Host } from "../contracts/host.ts";
import { CallTool, Extensions, PointChanged, Tools } from "../contracts/kernel-tokens.ts";
import { defineIntercept, defineNotify, definePoint, defineService, defineTransform } from "../contracts/token.ts";
import { boot } from "./boot.ts";

const Board = defineService<{ items: readonly string[] }>("board/board");
const Items = definePoint<string>("board/items", (item) => item);
const Added = defineNotify<string>("board/added");
const Shape = defineTransform<string, void>("board/shape");
const Guard = defineIntercept<string, string>("board/guard");

/** Boots the extensions and hands out the host of each. */
async function hostsOf(extensions: readonly Extension[], instead: Partial<BootOptions> = {}) {
  const hosts = new Map<string, Host>();
  const keeping = extensions.map((extension) =>
    testExtension(extension.id, {
      ...extension,
      activate(host) {
        hosts.set(extension.id, host);
        return extension.activate(host);
      },
    }),
  );
  const kernel = await boot(bootOptions(keeping, instead));
  expect(kernel.report.failed).toEqual([]);
  const of = (id: string): Host => hosts.get(id) ?? expect.fail(`${id} was not activated`);
  return { kernel, of };
}
const code = (code: string, kind = "defect") => expect.objectContaining({ code, kind });

const board = testExtension("board");
const friend = testExtension("friend", { dependsOn: ["board"] });
const stranger = testExtension("stranger");

test("only its owner provides a service, and whoever declares the owner uses it", async () => {
  const { of } = await hostsOf([board, friend, stranger]);
  expect(() => of("friend").provide(Board, { items: [] })).toThrow(code("kernel/not-owner"));
  of("board").provide(Board, { items: ["x"] });
  expect(of("board").use(Board).items).toEqual(["x"]);
  expect(of("friend").use(Board).items).toEqual(["x"]);
  expect(() => of("stranger").use(Board)).toThrow(code("kernel/not-declared"));
});

test("a refusal says what to add", async () => {
  const { of } = await hostsOf([board, stranger]);
  expect(() => of("stranger").use(Board)).toThrow('stranger uses board/board without naming "board" in dependsOn; add it there.');
});

test("what is declared through another extension is not declared", async () => {
  const { of } = await hostsOf([board, friend, testExtension("friend-of-friend", { dependsOn: ["friend"] })]);
  expect(() => of("friend-of-friend").use(Board)).toThrow(code("kernel/not-declared"));
});

test("what comes to a point and what goes from it is told, after the fact", async () => {
  const { kernel, of } = await hostsOf([board, friend]);
  const held: (readonly string[])[] = [];
  of("board").on(PointChanged, ({ point }) => void (point === Items.id && held.push(of("board").gather(Items))));
  const early = of("friend").contribute(Items, "a");
  of("friend").contribute(Items, "b");
  early[Symbol.dispose]();
  early[Symbol.dispose]();
  await kernel[Symbol.asyncDispose]();
  expect(held).toEqual([["a"], ["a", "b"], ["b"], []]);
});

test("points and hooks are open to whoever declares their owner", async () => {
  const { of } = await hostsOf([board, friend, stranger]);
  of("friend").contribute(Items, "from a friend");
  of("board").contribute(Items, "own");
  expect(of("friend").gather(Items)).toEqual(["own", "from a friend"]);
  expect(() => of("friend").on(Added, () => {})).not.toThrow();
  for (const touch of [
    () => of("stranger").contribute(Items, "x"),
    () => of("stranger").gather(Items),
    () => of("stranger").on(Added, () => {}),
  ])
    expect(touch).toThrow(code("kernel/not-declared"));
});

test("the kernel's tokens are open to everybody, and fired by nobody else", async () => {
  const { of } = await hostsOf([stranger]);
  expect(of("stranger").gather(Tools)).toEqual([]);
  expect(of("stranger").use(Extensions).report().order).toEqual(["stranger"]);
  expect(() => of("stranger").on(CallTool, (call, next) => next(call))).not.toThrow();
  expect(() => of("stranger").fire(CallTool, {} as never, async () => ({ content: [] }))).toThrow(code("kernel/not-owner"));
});

test("only its owner fires a hook, and the kind of the token says what firing means", async () => {
  const { of } = await hostsOf([board, friend]);
  const heard: string[] = [];
  of("friend").on(Added, (item) => void heard.push(item));
  of("friend").on(Shape, (value) => value.toUpperCase());
  of("friend").on(Guard, async (input, next) => `guarded ${await next(input)}`);
  of("board").fire(Added, "x");
  expect(heard).toEqual(["x"]);
  expect(await of("board").fire(Shape, "x", undefined)).toBe("X");
  expect(await of("board").fire(Guard, "x", async (input) => `done ${input}`)).toBe("guarded done x");
  expect(() => of("friend").fire(Added, "x")).toThrow(code("kernel/not-owner"));
  expect(() => of("friend").fire(Shape, "x", undefined)).toThrow(code("kernel/not-owner"));
  expect(() => of("friend").fire(Guard, "x", async () => "x")).toThrow(code("kernel/not-owner"));
});

test("every verb is refused once the scope has ended", async () => {
  const { kernel, of } = await hostsOf([board]);
  await kernel[Symbol.asyncDispose]();
  const host = of("board");
  const verbs = {
    provide: () => host.provide(Board, { items: [] }),
    use: () => host.use(Extensions),
    contribute: () => host.contribute(Items, "x"),
    gather: () => host.gather(Items),
    on: () => host.on(Added, () => {}),
    fire: () => host.fire(Added, "x"),
    own: () => host.own({ [Symbol.dispose]() {} }),
    spawn: () => host.spawn("task", async () => {}),
  };
  for (const verb of Object.values(verbs)) expect(verb).toThrow(code("kernel/scope-ended", "cancelled"));
  expect(() => kernel.use(Extensions)).toThrow(code("kernel/scope-ended", "cancelled"));
});

test("while its scope ends, an extension still reads and announces, and takes nothing new", async () => {
  const told: string[] = [];
  const owner = testExtension("board", {
    activate(host) {
      host.on(Added, (item) => void told.push(item));
      host.provide(Board, { items: ["x"] });
      host.own({
        [Symbol.dispose]() {
          host.fire(Added, `sealed ${host.use(Board).items}`);
          expect(() => host.contribute(Items, "late")).toThrow(code("kernel/scope-ended", "cancelled"));
          told.push("undone");
        },
      });
    },
  });
  const { kernel } = await hostsOf([owner]);
  await kernel[Symbol.asyncDispose]();
  expect(told).toEqual(["sealed x", "undone"]);
});

test("the store is the extension's own keyspace, open before it activates", async () => {
  const read: unknown[] = [];
  const writes = (id: string) =>
    testExtension(id, {
      async activate(host) {
        read.push(await host.store.get("name"));
        await host.store.commit([{ put: "name", value: id }]);
        read.push(await host.store.get("name"));
      },
    });
  await hostsOf([writes("one"), writes("two")]);
  expect(read).toEqual([undefined, "one", undefined, "two"]);
});
