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
  /** The log comes first, then a part of the replay; or the other way round. */
  { weight: 4, arbitrary: fc.record({ do: fc.constant("reconnect" as const), frames: fc.nat(6), logFirst: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("older" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("prompt" as const),
      own: fc.boolean(),
      /** The very words of an earlier prompt. */
      again: fc.boolean(),
      steps: fc.integer({ min: 1, max: 3 }),
      deltas: fc.nat(4),
      steered: fc.boolean(),
      fails: fc.boolean(),
      thoughts: fc.nat(2),
      dies: fc.boolean(),
    }),
  },
);

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

interface Options {
  readonly places?: boolean;
  readonly look?: (state: ConversationState, server: ModelledServer) => void;
}
const repeated = "Go on.";

function play(actions: readonly Action[], { places = true, look = () => {} }: Options = {}) {
  const server: ModelledServer = new ModelledServer(places, () => client.cut());
  const client: ModelledClient = new ModelledClient(server);
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
    if (one.do === "reconnect") {
      client.cut();
      client.connect();
      if (!one.logFirst) client.frames(one.frames);
      client.answerAll();
      look(client.state, server);
      if (one.logFirst) client.frames(one.frames);
    }
    if (one.do === "prompt" && !server.active) {
      const text = one.again ? repeated : server.word();
      if (one.own) client.send(text);
      server.start(text, one);
    }
    look(client.state, server);
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

const calm = { fails: false, thoughts: 1, dies: false } as const;
const said = (rows: readonly Row[]) => rows.map(({ key: _, ...row }) => row);
const read = (state: ConversationState) => transcriptReader()(state);

test("any interleaving of replay, live, history, cuts and reconnects ends in what the log alone gives", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), fc.boolean(), (actions, places) => {
      const { server, state } = play(actions, { places });
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

const wordsIn = (shown: unknown): readonly string[] => JSON.stringify(shown).match(/w\d+\. /g) ?? [];
const twice = (words: readonly string[]) => words.filter((word, at) => words.indexOf(word) !== at);

test("at every moment no prompt and no word of an answer is shown twice, nothing of an earlier turn goes out of sight, and no two rows share a key", () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 10, maxLength: 60 }), (actions) => {
      play(actions, {
        look(state, server) {
          const rows = read(state);
          const keys = rows.map(({ key }) => key);
          expect(new Set(keys).size, keys.join(" ")).toBe(keys.length);
          const words = wordsIn(said(rows));
          expect(twice(words)).toEqual([]);
          const prompts = rows.filter((row) => row.kind === "user" && row.text === repeated);
          expect(prompts.length).toBeLessThanOrEqual(server.asked.get(repeated) ?? 0);
          const numbers = state.turns.map(({ turnId }) => Number(turnId.slice("turn-".length)));
          const settled = wordsIn(state.log).filter((word) => (server.turnOf.get(word) ?? 0) < Math.min(...numbers));
          expect(settled.filter((word) => !words.includes(word))).toEqual([]);
        },
      });
    }),
    { numRuns: 600 },
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
  const { server, state } = play([{ do: "prompt", own: true, again: false, ...calm, steps: 6, deltas: 8, steered: true }, ...cuts]);
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
  server.start("hello", { ...calm, steps: 2, deltas: 3, steered: true });
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
