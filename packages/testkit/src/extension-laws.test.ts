import { definePoint, defineService, type Extension, fault, type Host } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { testExtension } from "./boot-options.ts";
import { extensionLaws } from "./extension-laws.ts";

const Counter = defineService<{ next(): number }>("counter/counter");
const Names = definePoint<string>("counter/names", (name) => name);

/** Uses every kind of registration, and stores something. */
async function activateCounter(host: Host) {
  const started = await host.store.get("started");
  if (started === undefined) await host.store.commit([{ put: "started", value: true }]);
  await Array.fromAsync(host.store.scan({ prefix: "" }));
  let count = 0;
  host.provide(Counter, { next: () => ++count });
  host.contribute(Names, "one");
  host.own({ [Symbol.dispose]() {} });
  host.spawn("tick", async (signal) => {
    while (!signal.aborted) await host.clock.sleep(1_000, signal);
  });
}
const counter = testExtension("counter", { activate: activateCounter });

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: counter })));

test("an extension is tested with stand-ins for what it depends on", async () => {
  const board = testExtension("board", { dependsOn: ["counter"], activate: (host) => void host.use(Counter).next() });
  for (const hold of Object.values(extensionLaws)) await hold(async () => ({ extension: board, others: [counter] }));
});

const activations: { readonly [law: string]: () => Partial<Extension> } = {
  "it activates on an empty server": () => ({
    activate() {
      throw fault("unavailable", "counter/no", "no");
    },
  }),
  "it ends in time, without a complaint, and leaves no sleeper behind": () => ({
    activate: (host) => void host.clock.sleep(60_000),
  }),
  "it asks nothing of its host once it has ended": () => ({
    activate(host) {
      void host.clock
        .sleep(60_000)
        .then(() => host.use(Counter))
        .catch(() => {});
    },
  }),
  "ending it twice is harmless": () => ({
    activate: (host) =>
      void host.own({
        [Symbol.dispose]() {
          throw new Error("already gone");
        },
      }),
  }),
  "in two kernels at once it does the same, and the end of one is nothing to the other": () => {
    let activated = false;
    return {
      activate(host) {
        if (!activated) host.contribute(Names, "one");
        activated = true;
      },
    };
  },
  "it starts again on what it has stored": () => ({
    async activate(host) {
      await host.store.commit([
        { check: "made", is: undefined },
        { put: "made", value: true },
      ]);
    },
  }),
  "a storage that fails while it activates leaves nothing that a fresh start trips over": () => ({
    async activate(host) {
      if ((await host.store.get("half")) === true && (await host.store.get("whole")) !== true) throw new Error("half made");
      await host.store.commit([{ put: "half", value: true }]);
      await host.store.commit([{ put: "whole", value: true }]);
    },
  }),
};

for (const [law, fields] of Object.entries(activations))
  test(`an extension that breaks it is caught: ${law}`, async () => {
    const extension = testExtension("counter", fields());
    await expect(extensionLaws[law]?.(async () => ({ extension }))).rejects.toThrow();
  });

test("an extension that takes any setting is caught", async () => {
  const open = {
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => ({ type: "object", additionalProperties: true }), output: () => ({}) },
    },
  };
  const extension = testExtension("counter", { config: open });
  const law = extensionLaws["it refuses a setting that it does not know, and does nothing"];
  await expect(law?.(async () => ({ extension }))).rejects.toThrow();
});
