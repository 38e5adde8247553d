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
const event = (one: AgentEvent, at = 0): Input => ({ type: "event", event: one, at });
const log = (connection: number, settles: readonly string[], ...chunks: readonly StoredChunk[]): Input => ({
  type: "log",
  chunks,
  settles,
  connection,
});
const play = (...inputs: readonly Input[]): ConversationState => inputs.reduce(reduce, nothingKnown);
const texts = (state: ConversationState) => transcriptReader()(state).flatMap((row) => ("text" in row ? [row.text] : []));

test("deltas that come one by one are one text", () => {
  expect(texts(play(...[prompt, word("one "), word("two "), word("three")].map((one) => event(one))))).toEqual(["hi", "one two three"]);
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

/** As servers tell it that say where in the log the prompt stands. */
const placed = (seq: number): AgentEvent => ({ type: "user-message", ...of, text: "hi", seq });

test("cut before the first word, the answer that the log holds by then is shown once, as is its prompt", () => {
  const answered = [chunk(1, "user", "hi"), chunk(2, "assistant", "the answer")];
  const cut = play(event(placed(1)), { type: "connected" }, log(1, [], ...answered));
  expect(texts(cut)).toEqual(["hi"]);
  const replayed = reduce(cut, event(placed(1)));
  expect(texts(replayed)).toEqual(["hi"]);
  expect(texts(reduce(replayed, event(word("the answer"))))).toEqual(["hi", "the answer"]);
  // The answer of the log may come before the replay, of which nothing was known.
  expect(texts(play(log(0, [], ...answered), event(placed(1))))).toEqual(["hi"]);
});

test("a turn that a server took up again is not shown beside what the log kept of its first try", () => {
  const kept = [chunk(1, "user", "hi"), chunk(2, "assistant", "half "), chunk(3, "assistant", "of it")];
  expect(texts(play(log(0, [], ...kept), ...[placed(1), word("half of it"), word(" and the rest")].map((one) => event(one))))).toEqual([
    "hi",
    "half of it and the rest",
  ]);
});

test("a turn that failed before its first word is not shown beside what the log holds of it", () => {
  const failed: StoredChunk = { seq: 2, role: "assistant", chunk: { type: "error", message: "no" }, messageId: "m2" };
  const state = play(
    log(0, [], chunk(1, "user", "hi"), failed),
    ...[placed(1), { type: "error", ...of, message: "no" } as const].map((one) => event(one)),
  );
  expect(transcriptReader()(state).map(({ kind }) => kind)).toEqual(["user", "error", "working"]);
});

test("a turn of which the log was read from its middle on is not shown beside that part", () => {
  expect(
    texts(play(log(0, [], chunk(8, "assistant", "the end")), ...[placed(3), word("all of it to the end")].map((one) => event(one)))),
  ).toEqual(["hi", "all of it to the end"]);
});

test("an earlier turn with the same words stays in sight, whatever becomes of the later one", () => {
  const earlier = [chunk(1, "user", "hi"), chunk(2, "assistant", "hello")];
  const begun = play(log(0, [], ...earlier), event(placed(3)));
  const states = [begun, reduce(begun, { type: "connected" }), reduce(begun, event({ type: "done", ...of, reason: "stop" }))];
  for (const state of states) expect(texts(state)).toEqual(["hi", "hello", "hi"]);
});

test("a message that seemed lost with its connection is confirmed by what the server tells of it after all, a new one with its words first", () => {
  const sent = (key: string, text: string): Input => ({ type: "send", send: { key, text, images: [], delivery: "sending" } });
  const lost = (key: string): Input => ({ type: "delivery", key, delivery: "lost", why: "cut" });
  expect(texts(play(sent("a", "hi"), { type: "connected" }, lost("a"), event(placed(1))))).toEqual(["hi"]);
  expect(texts(play(sent("a", "hi"), lost("a"), log(0, [], chunk(1, "user", "hi"))))).toEqual(["hi"]);
  expect(play(sent("a", "hi"), lost("a"), sent("b", "hi"), event(placed(1))).sends.map(({ key }) => key)).toEqual(["a"]);
  const refused = play(sent("a", "hi"), { type: "delivery", key: "a", delivery: "failed" }, event(placed(1)));
  expect(refused.sends).toHaveLength(1);
});

test("an image alone is confirmed by the log as words are, and a note for the model confirms nothing", () => {
  const sent = play({ type: "send", send: { key: "a", text: "", images: [{ url: "data:" }], delivery: "sending" } });
  const note: StoredChunk = { seq: 1, role: "user", chunk: { type: "system", text: "note" }, messageId: "m1" };
  const image: StoredChunk = { seq: 2, role: "user", chunk: { type: "image", url: "/images/c/i.png" }, messageId: "m2" };
  const noted = reduce(sent, log(0, [], note));
  expect([noted.sends.length, reduce(noted, log(0, [], image)).sends.length]).toEqual([1, 0]);
});

test("when a provider is asked again is told by this client's clock, from when the event came, until something else comes", () => {
  const retry = (attempt: number, delayMs: number): AgentEvent => ({ type: "provider-retry", ...of, attempt, delayMs, message: "busy" });
  const waiting = play(event(prompt, 1_000), event(retry(0, 4_000), 5_000), event(retry(1, 2_500), 9_250));
  expect(waiting.turns[0]?.retry).toEqual({ attempt: 3, delayMs: 2_500, until: 11_750, message: "busy" });
  expect(reduce(waiting, event(word("here"), 12_000)).turns[0]?.retry).toBeUndefined();
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
