import { readFile } from "node:fs/promises";
import { defineTool, type Storage, say } from "@dispatch/kernel";
import { Gate, type MemoryDisk, MemoryStorage, part, type ScriptedAnswer } from "@dispatch/testkit";
import { openDesk as openWorkspace } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import { z } from "zod";
import { all, openDesk, until } from "./desk.fixture.ts";
import { fitResult } from "./fit-result.ts";

const hello: ScriptedAnswer = [part.text("Hello."), part.finish("stop")];
const dayMs = 86_400_000;

const tool = (run: (progress: (data: string) => void, signal: AbortSignal) => Promise<void>) =>
  defineTool({
    name: "work",
    description: "",
    input: z.object({ n: z.number() }),
    effect: "write",
    timeoutMs: 10 * dayMs,
    async run(_, call) {
      await run((data) => call.progress({ stream: "stdout", data }), call.signal);
      return say("done");
    },
  });
const works = (n: number): ScriptedAnswer => [part.call(`${n}`, "work", { n }), part.finish("tool-calls")];

// Reaches stepsMax of desk.ts.
test("a model that never stops calling tools is asked two hundred times, and once more without tools", async () => {
  const answers = Array.from({ length: 205 }, (_, n) => works(n));
  await using desk = await openDesk({ answers, tools: [tool(async () => {})] });
  await all((await desk.conversations.submit({ conversationId: "c", text: "Go" })).events);
  const offered = desk.model.requests.map(({ tools }) => tools.length);
  expect([offered.length, offered.at(199), offered.at(200)]).toEqual([201, 1, 0]);
});

// Reaches wallMsMax.
test("a turn that lasts two days is ended", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [works(1), hello], tools: [tool((_, signal) => gate.pass(signal))] });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Go" });
  await gate.reached;
  await desk.clock.advance(2 * dayMs - 1);
  expect(desk.conversations.isActive("c")).toBe(true);
  await desk.clock.advance(1);
  await desk.clock.advance(0);
  expect(desk.conversations.isActive("c")).toBe(false);
  expect(await all(events)).toContainEqual(expect.objectContaining({ type: "done", reason: "time-limit" }));
  gate.open();
});

// Reaches waitingEventsMax.
test("while the disk is slow, a model is pulled no further than two thousand events ahead", async () => {
  const gate = new Gate();
  let isSlow = false;
  const memory = new MemoryStorage();
  const storage: Storage = {
    async open(owner) {
      const store = await memory.open(owner);
      return {
        get: (key) => store.get(key),
        scan: (range) => store.scan(range),
        async commit(writes) {
          if (isSlow) await gate.pass();
          return store.commit(writes);
        },
      };
    },
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
  const slow = () => {
    isSlow = true;
  };
  const answer: ScriptedAnswer = [slow, ...Array.from({ length: 10_000 }, (_, n) => part.text(`${n} `)), part.finish("stop")];
  await using desk = await openDesk({ answers: [answer], storage });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Go" });
  await gate.reached;
  for (let before = -1; before !== desk.model.handedOut; ) {
    before = desk.model.handedOut;
    await desk.clock.advance(1_000);
  }
  expect(desk.model.handedOut).toBeGreaterThan(1_900);
  expect(desk.model.handedOut).toBeLessThan(2_100);
  gate.open();
  expect((await all(events)).filter(({ type }) => type === "text-delta")).toHaveLength(10_000);
});

// Reaches tailOutputCharsMax.
test("of what a call says while it runs, so much is stored as is worth reading after a crash", async () => {
  const disk: MemoryDisk = new Map();
  const gate = new Gate();
  const talks = tool(async (progress) => {
    for (let n = 0; n < 30; n++) progress("\u00e9".repeat(5_000));
    await gate.pass();
  });
  await using desk = await openDesk({ answers: [works(1), hello], tools: [talks], storage: new MemoryStorage(disk) });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Go" });
  await gate.reached;
  await until(desk.conversations.watch("c"), "tool-output");
  await desk.clock.advance(10_000);
  const stored = [...disk.values()].flatMap((rows) => [...rows.values()]).join("");
  expect(stored.split("\u00e9").length - 1).toBe(65_536);
  gate.open();
  await all(events);
});

// Reaches resultCharsMax.
test("a result that is longer than a model reads at once keeps its head and its tail, and the whole is in a file", async () => {
  const { workspace } = await openWorkspace();
  const fits = say("x".repeat(65_536));
  expect(await fitResult(fits, "grep", workspace)).toBe(fits);
  const long = `${"h".repeat(30_000)}${"t".repeat(35_537)}`;
  const { content } = await fitResult(say(long), "grep", workspace);
  const text = content.map((one) => ("text" in one ? one.text : "")).join("");
  expect([text.startsWith("h".repeat(24_576)), text.endsWith("t".repeat(8_192)), text.length < 33_000]).toEqual([true, true, true]);
  const [, path = ""] = /the whole result is in (\S+), page/.exec(text) ?? [];
  expect(await readFile(path, "utf8")).toBe(long);
});

/** Which conversations were read from the disk, in order. */
async function counted(answers: readonly ScriptedAnswer[] = []) {
  const desk = await openDesk({ answers });
  const read: string[] = [];
  const { write } = desk.log;
  Object.assign(desk.log, {
    write: (...given: Parameters<typeof write>) => {
      read.push(given[0]);
      return write.apply(desk.log, given);
    },
  });
  return { desk, read };
}

// Reaches cachedConversationsMax.
test("of the conversations that were asked for last five hundred stay in memory", async () => {
  const { desk, read } = await counted();
  await using _ = desk;
  for (let n = 0; n < 544; n++) await desk.conversations.queue(`c${n}`);
  read.length = 0;
  for (const n of [543, 32, 31]) await desk.conversations.queue(`c${n}`);
  expect(read).toEqual(["c31"]);
});

// Reaches cachedCharactersMax.
test("long conversations make room for each other: what they hold together is bounded", async () => {
  const { desk, read } = await counted(Array<ScriptedAnswer>(10).fill(hello));
  await using _ = desk;
  const text = "x".repeat(6_100_000);
  for (let n = 0; n < 8; n++) await all((await desk.conversations.submit({ conversationId: `c${n}`, text })).events);
  for (let n = 0; n < 24; n++) await desk.conversations.queue(`small${n}`);
  read.length = 0;
  for (const id of ["c7", "c1", "c0"]) await desk.conversations.queue(id);
  expect(read).toEqual(["c0"]);
});
