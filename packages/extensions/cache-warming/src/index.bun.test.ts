import { Gate, type MemoryDisk, MemoryStorage, part } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { intervalMs, openWarming } from "./warming.fixture.ts";

const hello = [part.text("Hello."), part.usage(10, 2), part.finish("stop")];
const warm = [part.usage(100, 1, { cacheReadTokens: 90, cacheWriteTokens: 10 }), part.finish("length")];
const down = [part.error("unavailable", "it is down")];
const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);
const nothing = { nextWarmAt: null };

test("what is switched on is warmed after each interval: the log behind a prompt that is thrown away, for one token, and nobody sees it", async () => {
  await using warming = await openWarming([hello, ...times(2, warm)]);
  const { desk, turn, toggle, shown } = warming;
  await turn();
  await toggle();
  expect(await shown()).toMatchObject({ enabled: true, seconds: 240, nextWarmAt: desk.clock.now() + intervalMs, cachePct: "—" });
  const before = await desk.log.chunks("c", {});
  using watch = desk.conversations.watch("c");
  await desk.clock.advance(intervalMs - 1);
  expect(desk.model.requests.length).toBe(1);
  await desk.clock.advance(1);
  const [, asked] = desk.model.requests;
  expect([asked?.outputTokensMax, asked?.messages.map(({ role }) => role)]).toEqual([1, ["user", "assistant", "user"]]);
  expect(asked?.messages.at(-1)?.parts.length).toBe(1);
  const now = desk.clock.now();
  expect(await shown()).toMatchObject({ cachePct: "90%", retention: "90%", lastWarmAt: now, nextWarmAt: now + intervalMs });
  await desk.clock.advance(intervalMs);
  expect((await shown()).rows).toEqual({
    Rounds: "2 of 6",
    "Tokens read": 200,
    "of them from the cache": 180,
    "Tokens written to the cache": 20,
    "Tokens answered": 2,
  });
  expect([await desk.log.chunks("c", {}), await desk.log.metrics("c")]).toEqual([before, [expect.anything()]]);
  const silence = Promise.race([watch[Symbol.asyncIterator]().next(), desk.clock.advance(0).then(() => "silence")]);
  expect([await silence, desk.model.open]).toEqual(["silence", 0]);
});

test("after six rounds without a turn it stops, and a turn begins again", async () => {
  await using warming = await openWarming([hello, ...times(6, warm), hello, warm]);
  const { desk, turn, toggle, shown } = warming;
  await turn();
  await toggle();
  await desk.clock.advance(20 * intervalMs);
  expect(desk.model.requests.length).toBe(7);
  expect(await shown()).toMatchObject({
    enabled: true,
    nextWarmAt: null,
    rows: { Rounds: "6 of 6", Note: expect.stringContaining("6 rounds") },
  });
  await turn();
  expect(await shown()).toMatchObject({ nextWarmAt: desk.clock.now() + intervalMs, rows: { Rounds: "0 of 6", "Tokens read": 0 } });
});

test("nothing is scheduled while a turn runs, and a turn that starts ends the warm request", async () => {
  const [warmGate, turnGate] = [new Gate(), new Gate()];
  await using warming = await openWarming([hello, [warmGate, ...warm], [turnGate, ...hello], warm]);
  const { desk, turn, toggle, shown } = warming;
  await turn();
  await toggle();
  await desk.clock.advance(intervalMs);
  await warmGate.reached;
  expect([await shown(), desk.model.signals[1]?.aborted]).toEqual([expect.objectContaining(nothing), false]);
  const second = turn();
  await turnGate.reached;
  expect([desk.model.signals[1]?.aborted, desk.model.open]).toEqual([true, 1]);
  await desk.clock.advance(5 * intervalMs);
  expect([desk.model.requests.length, await shown()]).toEqual([
    3,
    expect.objectContaining({ enabled: true, ...nothing, lastWarmAt: null }),
  ]);
  await toggle();
  await toggle();
  expect(await shown()).toMatchObject({ enabled: true, ...nothing });
  turnGate.open();
  await second;
  expect(await shown()).toMatchObject({ nextWarmAt: desk.clock.now() + intervalMs, rows: { Rounds: "0 of 6" } });
  expect((await shown()).rows).not.toHaveProperty("Note");
});

test("a message that is carried into the next turn leaves nothing scheduled between the two", async () => {
  const gates = [new Gate(), new Gate()] as const;
  await using warming = await openWarming([hello, [gates[0], ...hello], [gates[1], ...hello]]);
  const { desk, turn, toggle, shown } = warming;
  await turn();
  await toggle();
  const second = turn();
  await gates[0].reached;
  await desk.conversations.enqueue("c", "and then");
  gates[0].open();
  await gates[1].reached;
  expect(await shown()).toMatchObject({ enabled: true, ...nothing });
  await desk.clock.advance(2 * intervalMs);
  expect(desk.model.requests.length).toBe(3);
  gates[1].open();
  await second;
});

test("every occasion is told: turn start and end, warm requests of both kinds, toggle, interval, close", async () => {
  await using warming = await openWarming([hello, warm, warm]);
  const { desk, told, turn, toggle, setInterval, warm: ask } = warming;
  const count = async (act: () => Promise<unknown>) => {
    const before = told.length;
    await act();
    await desk.clock.advance(0);
    return told.slice(before);
  };
  expect((await count(turn)).length).toBeGreaterThanOrEqual(2);
  for (const act of [
    toggle,
    () => setInterval(5),
    () => desk.clock.advance(5_000),
    () => ask({ conversationId: "c" }),
    () => desk.conversations.close("c"),
  ])
    expect(new Set(await count(act))).toEqual(new Set(["c"]));
});

test("switched off, nothing is asked any more, also in the middle of a warm request", async () => {
  const gate = new Gate();
  await using warming = await openWarming([hello, [gate, ...warm]]);
  const { desk, turn, toggle, shown } = warming;
  await turn();
  await toggle();
  await desk.clock.advance(intervalMs);
  await gate.reached;
  await toggle();
  expect(desk.model.signals[1]?.aborted).toBe(true);
  await desk.clock.advance(10 * intervalMs);
  expect([await shown(), desk.model.requests.length, desk.model.open, desk.clock.sleeping]).toEqual([
    expect.objectContaining({ enabled: false, nextWarmAt: null, lastWarmAt: null }),
    2,
    0,
    0,
  ]);
});

test("closed in the middle of a warm request, that ends too", async () => {
  const gate = new Gate();
  await using warming = await openWarming([hello, [gate, ...warm]]);
  await warming.turn();
  const asked = warming.warm({ conversationId: "c" });
  await gate.reached;
  await warming.desk.conversations.close("c");
  await expect(asked).rejects.toMatchObject({ code: "cache-warming/refused", message: "The conversation was closed." });
  expect(warming.desk.model.signals[1]?.aborted).toBe(true);
});

test("when the server leaves, warm requests end and nothing sleeps", async () => {
  const gate = new Gate();
  const { desk, turn, toggle } = await openWarming([hello, [gate, ...warm], hello]);
  await turn("a");
  await toggle("a");
  await desk.clock.advance(intervalMs);
  await gate.reached;
  await turn("b");
  await toggle("b");
  expect(desk.clock.sleeping).toBe(2);
  await desk[Symbol.asyncDispose]();
  expect([desk.model.signals[1]?.aborted, desk.model.open]).toEqual([true, 0]);
  await desk.clock.advance(0);
  expect(desk.clock.sleeping).toBe(0);
});

test("close forces off, and a turn that opens the conversation again does not switch it on", async () => {
  const disk: MemoryDisk = new Map();
  await using warming = await openWarming([hello, hello], new MemoryStorage(disk));
  const { desk, turn, toggle, shown } = warming;
  await turn();
  await toggle();
  await desk.conversations.close("c");
  expect(await shown()).toMatchObject({ enabled: false, ...nothing });
  await turn();
  expect(await shown()).toMatchObject({ enabled: false, ...nothing });
  await using again = await openWarming([], new MemoryStorage(disk));
  expect(await again.shown()).toMatchObject({ enabled: false, ...nothing });
});

test("what a crash kept from being switched off at a close is off", async () => {
  const disk: MemoryDisk = new Map();
  {
    await using warming = await openWarming([hello], new MemoryStorage(disk));
    await warming.turn();
    await warming.desk.conversations.close("c");
  }
  disk.get("cache-warming")?.set("setting/enabled/c", '{"isEnabled":true}');
  await using again = await openWarming([], new MemoryStorage(disk));
  expect(await again.shown()).toMatchObject({ enabled: false, ...nothing });
});

test("settings survive a restart: what was on is on and scheduled, with its interval; what was off keeps its interval", async () => {
  const disk: MemoryDisk = new Map();
  {
    await using warming = await openWarming([hello, hello], new MemoryStorage(disk));
    await warming.turn("on");
    await warming.turn("off");
    await warming.setInterval(30, "on");
    await warming.setInterval(45, "off");
    await warming.toggle("on");
  }
  const gate = new Gate();
  await using again = await openWarming([[gate, ...warm]], new MemoryStorage(disk));
  expect(await again.shown("off")).toMatchObject({ enabled: false, seconds: 45, ...nothing });
  expect(await again.shown("on")).toMatchObject({ enabled: true, seconds: 30, nextWarmAt: again.desk.clock.now() + 30_000 });
  await again.desk.clock.advance(29_999);
  expect(await again.shown("on")).not.toMatchObject(nothing);
  await again.desk.clock.advance(1);
  await gate.reached;
  expect(again.desk.model.requests[0]?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
});

test("a provider that fails is asked less and less, and after three times no more; that survives a restart", async () => {
  const disk: MemoryDisk = new Map();
  {
    await using warming = await openWarming([hello, ...times(9, down)], new MemoryStorage(disk));
    const { desk, turn, toggle, shown } = warming;
    await turn();
    await toggle();
    await desk.clock.advance(intervalMs);
    expect(await shown()).toMatchObject({ nextWarmAt: desk.clock.now() + 2 * intervalMs, rows: { Note: "it is down" } });
    await desk.clock.advance(20 * intervalMs);
    expect(desk.model.requests.length).toBe(4);
    expect(await shown()).toMatchObject({
      enabled: false,
      ...nothing,
      rows: { Note: expect.stringContaining("3 failures in a row: it is down") },
    });
  }
  await using again = await openWarming([], new MemoryStorage(disk));
  expect(await again.shown()).toMatchObject({ enabled: false, ...nothing });
});

test("a model that never answers is given up after two minutes, also when it does not listen", async () => {
  await using warming = await openWarming([hello, [() => new Promise(() => {})], warm]);
  const { desk, turn, toggle, shown } = warming;
  await turn();
  await toggle();
  await desk.clock.advance(intervalMs + 119_000);
  expect(await shown()).toMatchObject(nothing);
  await desk.clock.advance(1_000);
  expect(await shown()).toMatchObject({ enabled: true, rows: { Note: expect.stringContaining("120 seconds") } });
  await desk.clock.advance(2 * intervalMs);
  expect(await shown()).toMatchObject({ cachePct: "90%", rows: { Rounds: "1 of 6" } });
});

test("asked for by a person: the result, counted and shown, without switching anything on", async () => {
  await using warming = await openWarming([hello, warm]);
  const { desk, turn, warm: ask, shown } = warming;
  await turn();
  expect(await ask({ conversationId: "c" })).toEqual({
    inputTokens: 100,
    outputTokens: 1,
    cacheReadTokens: 90,
    cacheWriteTokens: 10,
    cachePct: 90,
    expectedCacheRate: 90,
  });
  expect(await shown()).toMatchObject({
    enabled: false,
    ...nothing,
    cachePct: "90%",
    lastWarmAt: desk.clock.now(),
    rows: { "Tokens read": 100 },
  });
});

test("every reason why there is nothing warm is a conflict: no log, a running turn, another warm request, an unknown model, a provider that fails", async () => {
  const gates = [new Gate(), new Gate()] as const;
  await using warming = await openWarming([hello, [gates[0], ...warm], down, [gates[1], ...hello]]);
  const { desk, turn, warm: ask } = warming;
  const refused = (saying: string) =>
    expect.objectContaining({ kind: "conflict", code: "cache-warming/refused", message: expect.stringContaining(saying) });
  const tried = (input: object) => ask({ conversationId: "c", ...input }).catch((thrown: unknown) => thrown);
  expect(await tried({})).toEqual(refused("nothing to warm"));
  await desk.conversations.change("c", { title: "Empty" });
  expect(await tried({})).toEqual(refused("nothing to warm"));
  await turn();
  const first = tried({});
  await gates[0].reached;
  expect(await tried({})).toEqual(refused("already"));
  gates[0].open();
  expect(await first).toMatchObject({ cachePct: 90 });
  expect(await tried({ model: "nobody/x" })).toEqual(refused("nobody"));
  expect(await tried({ cwd: "/not/there" })).toEqual(refused("/not/there"));
  expect(await tried({})).toEqual(refused("it is down"));
  const second = turn();
  await gates[1].reached;
  expect(await tried({})).toEqual(refused("turn is running"));
  gates[1].open();
  await second;
  for (const bad of [
    {},
    { conversationId: "" },
    { conversationId: "../x" },
    { conversationId: "c", model: 5 },
    { conversationId: "c", cwd: [] },
  ])
    await expect(ask(bad)).rejects.toMatchObject({ kind: "invalid" });
});

test("what is asked for while it is scheduled counts as the warming that was due", async () => {
  await using warming = await openWarming([hello, warm, warm]);
  const { desk, turn, toggle, warm: ask, shown } = warming;
  await turn();
  await toggle();
  await desk.clock.advance(intervalMs / 2);
  await ask({ conversationId: "c" });
  expect(await shown()).toMatchObject({ nextWarmAt: desk.clock.now() + intervalMs, rows: { Rounds: "0 of 6", "Tokens read": 100 } });
  await desk.clock.advance(intervalMs - 1);
  expect(desk.model.requests.length).toBe(2);
  await desk.clock.advance(1);
  expect(desk.model.requests.length).toBe(3);
});

// Reaches warmingMax.
test("no more than four are warmed at once; the others follow", async () => {
  const gates = times(4, 0).map(() => new Gate());
  const ids = times(6, 0).map((_, index) => `c${index}`);
  await using warming = await openWarming([...times(6, hello), ...gates.map((gate) => [gate, ...warm]), ...times(2, warm)]);
  const { desk, turn, toggle, shown } = warming;
  for (const id of ids) await turn(id);
  for (const id of ids) await toggle(id);
  await desk.clock.advance(intervalMs);
  expect([desk.model.requests.length, desk.model.open]).toEqual([10, 4]);
  gates[0]?.open();
  await desk.clock.advance(0);
  expect([desk.model.requests.length, desk.model.open]).toEqual([12, 3]);
  for (const gate of gates) gate.open();
  await desk.clock.advance(0);
  for (const id of ids) expect(await shown(id)).toMatchObject({ rows: { Rounds: "1 of 6" } });
});

test("who waits for others to be done and is switched off meanwhile is not warmed", async () => {
  const gates = times(4, 0).map(() => new Gate());
  const ids = times(5, 0).map((_, index) => `c${index}`);
  await using warming = await openWarming([...times(5, hello), ...gates.map((gate) => [gate, ...warm]), warm]);
  const { desk, turn, toggle, shown } = warming;
  for (const id of ids) await turn(id);
  for (const id of ids) await toggle(id);
  await desk.clock.advance(intervalMs);
  await toggle("c4");
  for (const gate of gates) gate.open();
  await desk.clock.advance(0);
  expect([desk.model.requests.length, await shown("c4")]).toEqual([9, expect.objectContaining({ enabled: false, lastWarmAt: null })]);
});

// Reaches enabledMax, knownMax.
test("there is a bound to what is kept warm, and to what is remembered", async () => {
  await using warming = await openWarming([hello, warm]);
  const { turn, toggle, setInterval, shown, warm: ask } = warming;
  await turn();
  await ask({ conversationId: "c" });
  for (let n = 0; n < 1_000; n++) await toggle(`on${n}`);
  await expect(toggle("one-more")).rejects.toMatchObject({ kind: "limited", code: "cache-warming/too-many" });
  expect(await shown("one-more")).toMatchObject({ enabled: false });
  expect(await shown()).toMatchObject({ cachePct: "90%" });
  for (let n = 0; n < 1_000; n++) await setInterval(9, `set${n}`);
  expect(await shown()).toMatchObject({ cachePct: "—" });
  expect(await shown("on0")).toMatchObject({ enabled: true });
  expect(await shown("set0")).toMatchObject({ seconds: 9 });
});

test("a conversation that has said nothing yet can be switched on; its first turn schedules, also after a restart", async () => {
  const disk: MemoryDisk = new Map();
  await using warming = await openWarming([hello], new MemoryStorage(disk));
  await warming.toggle("draft");
  expect(await warming.shown("draft")).toMatchObject({ enabled: true, ...nothing });
  await using again = await openWarming([hello], new MemoryStorage(disk));
  expect(await again.shown("draft")).toMatchObject({ enabled: true, ...nothing });
  await again.turn("draft");
  expect(await again.shown("draft")).toMatchObject({ enabled: true, nextWarmAt: again.desk.clock.now() + intervalMs });
});

test("two flips at once are two flips", async () => {
  await using warming = await openWarming([hello]);
  const { turn, toggle, shown } = warming;
  await turn();
  await Promise.all([toggle(), toggle()]);
  expect(await shown()).toMatchObject({ enabled: false, ...nothing });
  await Promise.all([toggle(), toggle(), toggle()]);
  expect(await shown()).toMatchObject({ enabled: true });
});
