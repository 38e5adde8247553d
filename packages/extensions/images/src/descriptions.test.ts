import type { Model, Storage } from "@dispatch/kernel";
import { FakeClock, FaultInjector, Gate, MemoryStorage, part, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { Descriptions } from "./descriptions.ts";
import type { StoredImage } from "./image-name.ts";
import { png } from "./pictures.fixture.ts";

const image = (n: number): StoredImage => ({ conversationId: "c1", name: `${String(n).padStart(64, "0")}.png` });
const says = (text: string) => [part.text(text), part.finish("stop")];
const { signal } = new AbortController();

async function open(model: Model | undefined, storage: Storage = new MemoryStorage()) {
  const clock = new FakeClock();
  const failed: string[] = [];
  const store = await storage.open("images");
  const anew = () =>
    new Descriptions({
      store,
      clock,
      files: { read: async () => png(1, 1) },
      model: async () => model,
      failed: (_image, why) => failed.push(why),
    });
  return { clock, failed, anew, descriptions: anew() };
}

// Reaches wordsCharsMax, outputTokensMax.
test("an image is described once in its life, with white space made plain and the length bounded", async () => {
  const model = new ScriptedModel([says(" A  grey\n dot. "), says("x".repeat(5_000))]);
  const at = await open(model);
  const told = await at.descriptions.of([image(1), image(1), image(2)], signal);
  expect([told.get(image(1).name), told.get(image(2).name)?.length]).toEqual(["A grey dot.", 2_001]);
  expect(await at.descriptions.of([image(1), image(2)], signal)).toEqual(told);
  expect(await at.anew().of([image(1), image(2)], signal)).toEqual(told);
  expect(model.requests.map(({ outputTokensMax }) => outputTokensMax)).toEqual([1_000, 1_000]);
  expect(model.requests[0]?.messages[0]?.parts.map(({ chunk }) => chunk.type)).toEqual(["text", "image"]);
});

test("without a model nothing is described, until there is one", async () => {
  let model: Model | undefined;
  const at = await open(undefined);
  const descriptions = new Descriptions({
    store: await new MemoryStorage().open("images"),
    clock: at.clock,
    files: { read: async () => png(1, 1) },
    model: async () => model,
    failed() {},
  });
  expect(await descriptions.of([image(1)], signal)).toEqual(new Map());
  model = new ScriptedModel([says("A dot.")]);
  expect(await descriptions.of([image(1)], signal)).toEqual(new Map([[image(1).name, "A dot."]]));
});

test("a model that fails, says nothing, is blind, or is none leaves the plain note, and is not asked again in this process", async () => {
  const failing = new ScriptedModel([[part.error("unavailable", "Busy.", "test/busy")], [part.finish("stop")]]);
  const at = await open(failing);
  expect(await at.descriptions.of([image(1), image(2)], signal)).toEqual(new Map());
  expect(await at.descriptions.of([image(1), image(2)], signal)).toEqual(new Map());
  expect([failing.requests.length, at.failed.sort()]).toEqual([2, ["Busy.", "testkit/scripted said nothing"]]);
  const blind = await open({ name: "blind", vision: false, stream: () => expect.fail("asked") });
  expect(await blind.descriptions.of([image(1)], signal)).toEqual(new Map());
  expect(blind.failed).toEqual(["blind cannot see images"]);
});

// Reaches describedMax.
test("of many images at once the newest are described, and the older ones keep their plain note", async () => {
  const at = await open(new ScriptedModel(Array.from({ length: 20 }, () => says("A dot."))));
  const images = Array.from({ length: 12 }, (_, n) => image(n));
  const told = await at.descriptions.of(images, signal);
  expect([...told.keys()]).toEqual(images.slice(4).map(({ name }) => name));
  expect((await at.descriptions.of(images, signal)).size).toBe(8);
});

// Reaches describeMsMax.
test("a model that takes too long is left, and a turn that is stopped does not make its images wordless", async () => {
  const never = new Gate();
  const hanging = new ScriptedModel([[never], [never], says("A dot.")]);
  const at = await open(hanging);
  const late = at.descriptions.of([image(1)], signal);
  while (hanging.open === 0) await Promise.resolve();
  await at.clock.advance(30_000);
  expect([await late, hanging.open]).toEqual([new Map(), 0]);
  const stop = new AbortController();
  const stopped = at.descriptions.of([image(2)], stop.signal);
  while (hanging.open === 0) await Promise.resolve();
  stop.abort();
  expect(await stopped).toEqual(new Map());
  expect((await at.descriptions.of([image(2)], signal)).get(image(2).name)).toBe("A dot.");
});

test("words that cannot be stored are not used: after a restart the note would be another", async () => {
  const broken = new FaultInjector(new MemoryStorage());
  broken.arm({ operation: "commit", at: 1, when: "before" });
  const at = await open(new ScriptedModel([says("A dot.")]), broken);
  expect(await at.descriptions.of([image(1)], signal)).toEqual(new Map());
  expect(at.failed).toHaveLength(1);
});

// Reaches knownMax.
test("of the images that were seen last nothing is read again; the one seen longest ago is", async () => {
  const store = await new MemoryStorage().open("images");
  const read: string[] = [];
  const descriptions = new Descriptions({
    store: {
      get: (key) => {
        read.push(key);
        return store.get(key);
      },
      scan: (range) => store.scan(range),
      commit: (writes) => store.commit(writes),
    },
    clock: new FakeClock(),
    files: { read: async () => undefined },
    model: async () => undefined,
    failed() {},
  });
  const images = Array.from({ length: 4_000 }, (_, n) => image(n));
  await descriptions.of(images, signal);
  await descriptions.of(images, signal);
  expect(read).toHaveLength(4_000);
  await descriptions.of([image(4_000)], signal);
  await descriptions.of([image(1), image(0)], signal);
  expect(read.slice(4_000)).toEqual([`description/${image(4_000).name}`, `description/${image(0).name}`]);
});
