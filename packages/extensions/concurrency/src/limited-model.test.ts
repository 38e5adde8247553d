import type { Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import { FakeClock, Gate, modelLaws, part, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { limitedModel } from "./limited-model.ts";
import { type SlotSettings, Slots, waitingMax } from "./slots.ts";

const request: ModelRequest = { system: "", messages: [], tools: [] };
const live = new AbortController().signal;
const hello = [part.text("hel"), part.text("lo"), part.finish("stop")];
const answers = Array.from({ length: 20 }, () => hello);
const broken = new ScriptedModel(answers.map(() => [part.error("limited", "slow down", "testkit/busy", 0)]));

function open(model: Model, settings: Partial<SlotSettings> = { limit: 1 }) {
  const clock = new FakeClock();
  const slots = new Slots(clock, { limit: null, cooldownMs: 0, ...settings });
  const waits: boolean[] = [];
  const limited = limitedModel(model, slots, (is) => void waits.push(is));
  return { clock, slots, waits, limited, status: () => slots.status(), stream: (signal = live) => limited.stream(request, signal) };
}
const iterate = (parts: AsyncIterable<ModelPart>) => parts[Symbol.asyncIterator]();
const all = (parts: AsyncIterable<ModelPart>) => Array.fromAsync(parts);
const free = { limit: 1, inFlight: 0, queued: 0 };

for (const [law, hold] of Object.entries(modelLaws)) {
  for (const limit of [null, 2]) {
    const limited = (model: Model) => open(model, { limit }).limited;
    test(`limit ${limit}: ${law}`, () =>
      hold(async () => ({ model: limited(new ScriptedModel(answers)), broken: limited(broken), request })));
  }
}

test("it is the same model by name and size", () => {
  const { limited } = open({ name: "a/b", contextWindow: 9, stream: () => new ScriptedModel([]).stream(request, live) });
  expect(limited).toMatchObject({ name: "a/b", contextWindow: 9 });
});

test("a second request waits for the first one's end, and says so", async () => {
  const model = new ScriptedModel(answers);
  const { stream, waits, status } = open(model);
  const first = iterate(stream());
  await first.next();
  const second = all(stream());
  expect([waits, model.requests.length, status()]).toEqual([[true], 1, { limit: 1, inFlight: 1, queued: 1 }]);
  while (!(await first.next()).done);
  expect(await second).toEqual(hello);
  expect([waits, status(), model.open]).toEqual([[true, false], free, 0]);
});

test("the slot is free as soon as the last part was given, be it a finish or an error", async () => {
  for (const last of [part.finish("stop"), part.error("unavailable", "gone"), part.error("limited", "busy", "testkit/busy", 0)]) {
    const { stream, status } = open(new ScriptedModel([[part.text("x"), last]]));
    const parts = iterate(stream());
    await parts.next();
    expect(status().inFlight).toBe(1);
    await parts.next();
    expect(status()).toEqual(free);
  }
});

test("the slot is free when the stream just ends, or throws", async () => {
  for (const end of [[], [new Error("broken contract")]]) {
    const { stream, status } = open(new ScriptedModel([[part.text("x"), ...end]]));
    await all(stream()).catch(() => {});
    expect(status()).toEqual(free);
  }
});

test("the slot is free when the model cannot even begin", async () => {
  const cannot = () => {
    throw new Error("broken contract");
  };
  for (const stream of [cannot, () => ({ [Symbol.asyncIterator]: () => ({ next: cannot }) })]) {
    const opened = open({ name: "a/b", stream });
    expect(() => iterate(opened.stream()).next()).toThrow("broken contract");
    expect(opened.status()).toEqual(free);
  }
});

test("the slot is free when the consumer leaves in the middle, also while a part is on its way", async () => {
  const gate = new Gate();
  const model = new ScriptedModel([[part.text("x"), gate, part.finish("stop")], hello]);
  const { stream, status } = open(model);
  const parts = iterate(stream());
  await parts.next();
  const pending = parts.next();
  const left = parts.return?.();
  expect(status()).toEqual(free);
  gate.open();
  await Promise.all([pending, left]);
  expect([await all(stream()), model.open]).toEqual([hello, 0]);
});

test("a request that is given up before its first part was asked for takes no slot and asks nobody", async () => {
  const model = new ScriptedModel(answers);
  const { stream, status } = open(model);
  const parts = iterate(stream());
  expect(status()).toEqual(free);
  expect(await parts.return?.()).toEqual({ done: true, value: undefined });
  expect(await parts.next()).toEqual({ done: true, value: undefined });
  expect([model.requests.length, status()]).toEqual([0, free]);
});

test("the slot is free as soon as the turn is stopped, also of a model that hangs", async () => {
  const model = new ScriptedModel([[part.text("x"), new Gate()], hello], { deaf: true });
  const { stream, status } = open(model);
  const stop = new AbortController();
  const parts = iterate(stream(stop.signal));
  await parts.next();
  void parts.next();
  const waiting = all(stream());
  expect(status().queued).toBe(1);
  stop.abort();
  expect(await waiting).toEqual(hello);
  expect(status()).toEqual(free);
});

test("a request that was stopped before it began takes no slot and asks nobody", async () => {
  const model = new ScriptedModel(answers);
  const { stream, status } = open(model);
  expect(await all(stream(AbortSignal.abort()))).toEqual([expect.objectContaining({ kind: "cancelled" })]);
  expect([model.requests.length, status()]).toEqual([0, free]);
});

test("a request that is stopped while it waits fails as cancelled, asks nobody, and is out of the queue", async () => {
  const model = new ScriptedModel([[part.text("x"), new Gate()]]);
  const { stream, status, waits } = open(model);
  const first = iterate(stream());
  await first.next();
  const stop = new AbortController();
  const waiting = all(stream(stop.signal));
  expect(status().queued).toBe(1);
  stop.abort();
  expect(await waiting).toEqual([expect.objectContaining({ type: "error", kind: "cancelled" })]);
  expect([waits, status(), model.requests.length]).toEqual([[true, false], { limit: 1, inFlight: 1, queued: 0 }, 1]);
});

test("a consumer that leaves while it waits is out of the queue, and the part it asked for is none", async () => {
  const { stream, status, waits } = open(new ScriptedModel([[part.text("x"), new Gate()]]));
  await iterate(stream()).next();
  const parts = iterate(stream());
  const pending = parts.next();
  await parts.return?.();
  expect(await pending).toEqual({ done: true, value: undefined });
  expect([waits, status()]).toEqual([[true, false], { limit: 1, inFlight: 1, queued: 0 }]);
});

test("a slot that comes in the moment of leaving, or of the stop, goes to the next", async () => {
  for (const leave of ["return", "stop"] as const) {
    const model = new ScriptedModel(answers);
    const { stream, status, waits } = open(model);
    const first = iterate(stream());
    await first.next();
    const stop = new AbortController();
    const second = iterate(stream(stop.signal));
    const pending = second.next();
    const third = all(stream());
    const firstLeaves = first.return?.();
    if (leave === "stop") stop.abort();
    else await second.return?.();
    await Promise.all([pending, firstLeaves]);
    expect(await third).toEqual(hello);
    expect([status(), waits.filter((is) => is).length, waits.filter((is) => !is).length]).toEqual([free, 2, 2]);
  }
});

test("a refusal by the provider limits and pauses what comes behind it", async () => {
  const model = new ScriptedModel([[part.error("limited", "busy", "testkit/busy", 3_000)], hello]);
  const { stream, status, clock, waits } = open(model, { limit: 4 });
  expect((await all(stream())).at(-1)).toMatchObject({ kind: "limited", retryAfterMs: 3_000 });
  expect(status()).toMatchObject({ limit: 2, pausedUntil: 3_000, inFlight: 0 });
  const later = all(stream());
  await clock.advance(2_999);
  expect([model.requests.length, waits]).toEqual([1, [true]]);
  await clock.advance(1);
  expect([await later, waits]).toEqual([hello, [true, false]]);
});

test("when too many wait, the next is told so, and that is no refusal by the provider", async () => {
  const { stream, status } = open(new ScriptedModel([[part.text("x"), new Gate()]]));
  await iterate(stream()).next();
  const waiting = Array.from({ length: waitingMax }, () => iterate(stream()));
  for (const parts of waiting) void parts.next();
  expect(await all(stream())).toEqual([expect.objectContaining({ kind: "limited", code: "concurrency/queue-full" })]);
  expect(status()).toEqual({ limit: 1, inFlight: 1, queued: waitingMax });
  await Promise.all(waiting.map((parts) => parts.return?.()));
  expect(status().queued).toBe(0);
});

test("when the limits end, who waits is told to try again, and is not limited then", async () => {
  const model = new ScriptedModel([[part.text("x"), new Gate()], hello]);
  const { stream, slots, waits } = open(model);
  await iterate(stream()).next();
  const waiting = all(stream());
  slots[Symbol.dispose]();
  expect(await waiting).toEqual([expect.objectContaining({ kind: "unavailable", code: "concurrency/ended" })]);
  expect([waits, model.requests.length, await all(stream())]).toEqual([[true, false], 1, hello]);
});

test("nothing is left listening on a signal that outlives the requests", async () => {
  const { signal } = new AbortController();
  const listening = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listening.add(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listening.delete(args[1]);
    remove(...args);
  };
  const { stream } = open(new ScriptedModel(answers), { limit: 2 });
  await Promise.all(Array.from({ length: 8 }, () => all(stream(signal))));
  expect(listening.size).toBe(0);
});
