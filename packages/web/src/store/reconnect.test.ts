import type { AgentEvent, StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type ConversationState, type Input, isGenerating, nothingKnown, reduce, settlesNow } from "./conversation-state.ts";
import { transcriptReader } from "./transcript.ts";

const of = { conversationId: "c", turnId: "t" };
const prompt: AgentEvent = { type: "user-message", ...of, text: "hi" };
const word = (delta: string): AgentEvent => ({ type: "text-delta", ...of, delta });
const chunk = (seq: number, role: StoredChunk["role"], text: string): StoredChunk => ({
  seq,
  role,
  chunk: { type: "text", text },
  messageId: `m${seq}`,
});
const event = (one: AgentEvent): Input => ({ type: "event", event: one });
const log = (connection: number, settles: readonly string[], ...chunks: readonly StoredChunk[]): Input => ({
  type: "log",
  chunks,
  settles,
  connection,
});
const play = (...inputs: readonly Input[]): ConversationState => inputs.reduce(reduce, nothingKnown);
const texts = (state: ConversationState) => transcriptReader()(state).flatMap((row) => ("text" in row ? [row.text] : []));

test("deltas that come one by one are one text", () => {
  expect(texts(play(...[prompt, word("one "), word("two "), word("three")].map(event)))).toEqual(["hi", "one two three"]);
});

test("after a reconnect a turn that still runs stays in sight until its replay takes its place", () => {
  const lost = play(event(prompt), event(word("half")), { type: "connected" });
  expect(isGenerating(lost)).toBe(true);
  expect([settlesNow(lost, true), settlesNow(lost, false)]).toEqual([[], ["t"]]);
  const asked = reduce(lost, log(1, settlesNow(lost, true), chunk(1, "user", "hi")));
  expect(texts(asked)).toEqual(["hi", "half"]);
  expect(texts([event(prompt), event(word("half")), event(word(" more"))].reduce(reduce, asked))).toEqual(["hi", "half more"]);
});

test("a turn that ended meanwhile is what the log says of it", () => {
  const lost = play(event(prompt), event(word("half")), { type: "connected" });
  const asked = reduce(lost, log(1, settlesNow(lost, false), chunk(1, "user", "hi"), chunk(2, "assistant", "half and half")));
  expect(texts(asked)).toEqual(["hi", "half and half"]);
  expect(isGenerating(asked)).toBe(false);
});

test("a turn that a server takes up again runs, although it was held to have ended", () => {
  const lost = play(event(prompt), event(word("half")), { type: "connected" });
  const settles = settlesNow(lost, false);
  const resumed = [event(prompt), event(word("anew")), log(1, settles, chunk(1, "user", "hi"))].reduce(reduce, lost);
  expect(texts(resumed)).toEqual(["hi", "anew"]);
  expect(isGenerating(resumed)).toBe(true);
});

test("what still comes of a turn that the log holds makes no second one", () => {
  const sealed = play(event(prompt), event({ type: "turn-sealed", ...of }));
  const settled = reduce(sealed, log(0, settlesNow(sealed, false), chunk(1, "user", "hi")));
  expect(reduce(settled, event({ type: "usage", ...of, usage: { inputTokens: 1, outputTokens: 1 } }))).toBe(settled);
});

test("an answer that the log holds before the turn's end was told is not shown twice", () => {
  const state = play(
    event(prompt),
    event(word("the answer")),
    log(0, [], chunk(1, "user", "hi"), chunk(2, "assistant", "the answer, whole")),
  );
  expect(texts(state)).toEqual(["hi", "the answer"]);
});

test("the same words as before open a turn of their own: the earlier answer stays", () => {
  const state = play(log(0, [], chunk(1, "user", "hi"), chunk(2, "assistant", "hello")), event(prompt), event(word("again")));
  expect(texts(state)).toEqual(["hi", "hello", "hi", "again"]);
});

test("a message that was sent twice with the same words is confirmed once for each turn", () => {
  const send = (key: string): Input => ({ type: "send", send: { key, text: "hi", images: [], delivery: "sending" } });
  expect(play(send("a"), send("b"), event(prompt)).sends.map(({ key }) => key)).toEqual(["b"]);
});

// Reaches settledMax.
test("what comes late of one of the last 50 turns is passed over; an older one is shown as if it were new", () => {
  const turn = (n: number): readonly Input[] => [
    event({ type: "user-message", conversationId: "c", turnId: `t${n}`, text: `hi ${n}` }),
    event({ type: "turn-sealed", conversationId: "c", turnId: `t${n}` }),
    log(0, [`t${n}`], chunk(n + 1, "user", `hi ${n}`)),
  ];
  const late = (state: ConversationState, n: number) =>
    reduce(state, event({ type: "text-delta", conversationId: "c", turnId: `t${n}`, delta: "late" })).turns.length;
  const state = play(...Array.from({ length: 51 }, (_, n) => turn(n)).flat());
  expect([state.turns.length, late(state, 50), late(state, 1), late(state, 0)]).toEqual([0, 0, 0, 1]);
});
