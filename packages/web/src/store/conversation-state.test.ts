import fc from "fast-check";
import { expect, test } from "vitest";
import { ModelledClient } from "./client.fixture.ts";
import { type ConversationState, isGenerating, nothingKnown, reduce } from "./conversation-state.ts";
import type { Row } from "./rows.ts";
import { ModelledServer } from "./server.fixture.ts";
import { transcriptReader } from "./transcript.ts";

const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("happen" as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("frames" as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("answer" as const), at: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cut" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("connect" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("older" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("prompt" as const),
      own: fc.boolean(),
      steps: fc.integer({ min: 1, max: 3 }),
      deltas: fc.nat(4),
      steered: fc.boolean(),
      fails: fc.boolean(),
    }),
  },
);

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

function play(actions: readonly Action[], look: (state: ConversationState) => void = () => {}) {
  const server = new ModelledServer();
  const client = new ModelledClient(server);
  const happen = () => {
    const event = server.next();
    if (event !== undefined) client.tell(event);
  };
  client.connect();
  for (const one of actions) {
    if (one.do === "happen") for (let n = 0; n < one.count; n += 1) happen();
    if (one.do === "frames") client.frames(one.count);
    if (one.do === "answer") client.answer(one.at);
    if (one.do === "cut") client.cut();
    if (one.do === "connect") client.connect();
    if (one.do === "older") client.older();
    if (one.do === "prompt" && !server.active) {
      const text = server.word();
      if (one.own) client.send(text);
      server.start(text, one);
    }
    look(client.state);
  }
  while (server.active) happen();
  client.settle();
  client.connect();
  client.settle();
  for (let page = 0; page < 100; page += 1) {
    client.older();
    client.settle();
  }
  return { server, state: client.state };
}

const said = (rows: readonly Row[]) => rows.map(({ key: _, ...row }) => row);
const read = (state: ConversationState) => transcriptReader()(state);

test("any interleaving of replay, live, history, cuts and reconnects ends in what the log alone gives", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const { server, state } = play(actions);
      const alone = reduce(reduce(nothingKnown, { type: "log", chunks: server.log, settles: [], connection: 0 }), {
        type: "metrics",
        metrics: server.metrics,
      });
      expect(said(read(state))).toEqual(said(read(alone)));
      expect(isGenerating(state)).toBe(false);
      expect(state.log).toEqual(server.log);
    }),
    { numRuns: 600 },
  );
});

test("no word is shown twice on the way, and no two rows share a key", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      play(actions, (state) => {
        const rows = read(state);
        const keys = rows.map(({ key }) => key);
        expect(new Set(keys).size, keys.join(" ")).toBe(keys.length);
        // Between its prompt and its first word a turn cannot be told from an earlier one with the same prompt.
        if (state.turns.some(({ parts }) => parts.length === 0)) return;
        const words: readonly string[] = JSON.stringify(said(rows)).match(/w\d+\. /g) ?? [];
        expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
      });
    }),
    { numRuns: 400 },
  );
});

test("a turn of which the connection is cut twenty times reads as its log", () => {
  const cuts = Array.from({ length: 20 }, () => [
    { do: "happen", count: 2 } as const,
    { do: "frames", count: 3 } as const,
    { do: "cut" } as const,
    { do: "happen", count: 1 } as const,
    { do: "connect" } as const,
    { do: "answer", at: 0 } as const,
    { do: "frames", count: 2 } as const,
    { do: "answer", at: 1 } as const,
  ]).flat();
  const { server, state } = play([{ do: "prompt", own: true, steps: 6, deltas: 8, steered: true, fails: false }, ...cuts]);
  expect(state.log).toEqual(server.log);
  expect(state.turns).toEqual([]);
  expect(state.sends).toEqual([]);
});

test("rows keep their keys when the log takes over from the stream", () => {
  const server = new ModelledServer();
  const client = new ModelledClient(server);
  client.connect();
  client.settle();
  client.send("hello");
  server.start("hello", { steps: 2, deltas: 3, steered: true, fails: false });
  while (server.active) {
    const event = server.next();
    if (event !== undefined) client.tell(event);
  }
  client.frames(100);
  const live = read(client.state);
  client.settle();
  expect(client.state.turns).toEqual([]);
  expect(read(client.state).map(({ key }) => key)).toEqual(live.map(({ key }) => key));
  expect(live[0]).toMatchObject({ kind: "user", key: "send-1", text: "hello" });
});

test("a message that was sent stands below the transcript until the server has it, and says so when it was refused", () => {
  const send = { key: "s", text: "hi", images: [], delivery: "sending" } as const;
  const sent = reduce(nothingKnown, { type: "send", send });
  expect(read(sent)).toEqual([{ kind: "user", ...send }]);
  const refused = reduce(sent, { type: "delivery", key: "s", delivery: "failed", why: "no room" });
  expect(read(refused)).toMatchObject([{ delivery: "failed", why: "no room" }]);
  expect(read(reduce(refused, { type: "dismiss", key: "s" }))).toEqual([]);
});

test("a page of the log that leaves a hole is not taken", () => {
  const chunk = (seq: number) => ({ seq, role: "user", chunk: { type: "text", text: `${seq}` }, messageId: `m${seq}` }) as const;
  const log = (chunks: readonly ReturnType<typeof chunk>[]) => ({ type: "log", chunks, settles: [], connection: 0 }) as const;
  const state = [log([chunk(5), chunk(6)]), log([chunk(2), chunk(3)]), log([chunk(8)]), log([chunk(4), chunk(5)]), log([chunk(7)])].reduce(
    reduce,
    nothingKnown,
  );
  expect(state.log.map(({ seq }) => seq)).toEqual([4, 5, 6, 7]);
});
