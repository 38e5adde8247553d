import type { Json } from "@dispatch/kernel";
import { FakeClock, Gate, MemoryStore, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { defaultTemplate } from "./default-template.ts";
import { Prompts, variablesMax } from "./prompts.ts";
import { Shelf } from "./shelf.ts";
import { keyOf } from "./template.ts";

const context = { conversationId: "c", cwd: "/work", modelName: "demo/echo", workspaceId: "default" };

/** Each making of a prompt has its number as the value of every variable. */
function setUp(store = new MemoryStore()) {
  let made = 0;
  const setting: { [name: string]: Json } = { computerId: null, compactedFrom: null };
  const gates: Gate[] = [];
  const shelf = new Shelf(store, new FakeClock(0), new RecordingLog());
  const prompts = new Prompts({
    store,
    shelf,
    async resolve(wanted) {
      made++;
      const number = String(made);
      await gates.shift()?.pass();
      return new Map(wanted.map((variable) => [keyOf(variable), number]));
    },
    settingOf: async () => ({ ...setting }),
  });
  return { prompts, shelf, store, setting, gates };
}

test("until one is stored the template is the built-in one; the empty one is one too", async () => {
  const { prompts } = setUp();
  expect(await prompts.template()).toBe(defaultTemplate);
  await prompts.setTemplate("");
  expect(await prompts.template()).toBe("");
  expect(await prompts.promptFor(context)).toBe("");
});

test("a prompt is made once, and is the same to the byte after a restart and after the template has changed", async () => {
  const { prompts, shelf, store } = setUp();
  await prompts.setTemplate("made [a:b]");
  expect(await prompts.promptFor(context)).toBe("made 1");
  expect(await prompts.promptFor({ ...context, modelName: "demo/other", workspaceId: "w" })).toBe("made 1");
  await prompts.setTemplate("anew [a:b]");
  expect(await prompts.promptFor(context)).toBe("made 1");
  await shelf[Symbol.asyncDispose]();
  expect(await setUp(store).prompts.promptFor(context)).toBe("made 1");
  expect(await prompts.promptFor({ ...context, conversationId: "d" })).toBe("anew 2");
});

test("another folder, another computer and a compaction each make it anew, once", async () => {
  const { prompts, setting } = setUp();
  await prompts.setTemplate("[a:b]");
  const twice = async (of = context) => [await prompts.promptFor(of), await prompts.promptFor(of)];
  expect(await twice()).toEqual(["1", "1"]);
  const moved = { ...context, cwd: "/elsewhere" };
  expect(await twice(moved)).toEqual(["2", "2"]);
  setting.computerId = "server";
  expect(await twice(moved)).toEqual(["3", "3"]);
  setting.compactedFrom = "archive";
  expect(await twice(moved)).toEqual(["4", "4"]);
});

test("two at once for one conversation get one prompt; another conversation does not wait for them", async () => {
  const { prompts, gates } = setUp();
  await prompts.setTemplate("[a:b]");
  const gate = new Gate();
  gates.push(gate);
  const both = Promise.all([prompts.promptFor(context), prompts.promptFor(context)]);
  await gate.reached;
  expect(await prompts.promptFor({ ...context, conversationId: "d" })).toBe("2");
  gate.open();
  expect(await both).toEqual(["1", "1"]);
});

test("a template that asks for too much is refused and changes nothing", async () => {
  const { prompts } = setUp();
  const asking = (count: number) => Array.from({ length: count }, (_, n) => `[file:${n}][file:${n}]`).join("");
  await prompts.setTemplate(asking(variablesMax));
  await expect(prompts.setTemplate(asking(variablesMax + 1))).rejects.toMatchObject({
    kind: "invalid",
    code: "system-prompt/too-many-variables",
  });
  expect(await prompts.template()).toBe(asking(variablesMax));
});
