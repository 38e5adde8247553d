import { fault, silentLog } from "@dispatch/kernel";
import type { Conversations, SharedEvent, StartedTurn, Submission } from "@dispatch/session-orchestrator/contract";
import { conversationIdHeader } from "@dispatch/transport-contract";
import type { AgentEvent } from "@dispatch/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatRoute } from "./chat.ts";
import { ChatStreams } from "./chat-streams.ts";
import { memoryConversations, startedTurn, textDelta, watchOf } from "./conversations.fixture.ts";
import { parseAnswer, rawRequest, rawSocket } from "./raw-socket.fixture.ts";
import { createRouter } from "./router.ts";
import { type ServerUnderTest, startServer } from "./server.fixture.ts";
import { listen } from "./socket.ts";
import { tellFault } from "./tell-fault.ts";

let server: ServerUnderTest;
const submissions: Submission[] = [];
beforeAll(async () => {
  server = await startServer({
    conversations: {
      submit: async (given) => {
        submissions.push(given);
        return echo(given);
      },
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const echo = (given: Submission): StartedTurn => startedTurn(given, "turn-1", [[given.text]]);
const post = (url: string, body: unknown, signal?: AbortSignal) =>
  fetch(`${url}/chat`, { method: "POST", body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) });
const linesOf = async (answer: Response): Promise<AgentEvent[]> => {
  const text = await answer.text();
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
};
const withSubmit = (submit: Conversations["submit"]) => startServer({ conversations: { submit } });

test("a chat streams its turn as lines of JSON, from user-message to turn-sealed", async () => {
  const answer = await post(server.url, { message: "  hello\n", conversationId: "c1" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  expect(answer.headers.get(conversationIdHeader)).toBe("c1");
  expect(await linesOf(answer)).toEqual([
    { type: "user-message", conversationId: "c1", turnId: "turn-1", text: "hello" },
    { type: "turn-start", conversationId: "c1", turnId: "turn-1" },
    { type: "text-delta", conversationId: "c1", turnId: "turn-1", delta: "hello" },
    { type: "done", conversationId: "c1", turnId: "turn-1", reason: "stop" },
    { type: "turn-sealed", conversationId: "c1", turnId: "turn-1" },
  ]);
});

test("without an id the server mints one, and header and events agree on it", async () => {
  for (const conversationId of [undefined, "", null, 7]) {
    const answer = await post(server.url, { message: "a", conversationId });
    const minted = answer.headers.get(conversationIdHeader);
    expect(minted).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set((await linesOf(answer)).map((event) => event.conversationId))).toEqual(new Set([minted]));
  }
});

test("all that a chat may say reaches the conversation, and nothing that was not said", async () => {
  const said = {
    conversationId: "c2",
    model: "demo/echo",
    cwd: "/tmp",
    computerId: "box",
    reasoningEffort: "low",
    workspaceId: "w1",
    images: [{ url: "data:image/png;base64,AA==", mimeType: "image/png" }],
  };
  await linesOf(await post(server.url, { message: " look ", ...said, later: true }));
  expect(submissions.at(-1)).toEqual({ text: "look", ...said });
  await linesOf(await post(server.url, { message: "a", conversationId: "c2" }));
  expect(Object.keys(submissions.at(-1) ?? {}).sort()).toEqual(["conversationId", "text"]);
  await linesOf(await post(server.url, { conversationId: "c2", images: said.images }));
  expect(submissions.at(-1)).toEqual({ conversationId: "c2", text: "", images: said.images });
});

test("a chat that is not as it should be is 400 before a turn starts", async () => {
  const before = submissions.length;
  for (const wrong of [
    {},
    { message: "" },
    { message: " " },
    { message: 1 },
    { message: "a", conversationId: "../etc" },
    { message: "a", conversationId: "a b" },
    { message: "a", model: 1 },
    { message: "a", cwd: 1 },
    { message: "a", workspaceId: 1 },
    { message: "a", workspaceId: "a/b" },
    { message: "a", computerId: {} },
    { message: "a", reasoningEffort: "extreme" },
    { message: "a", images: [{ url: "" }] },
    { message: "a", images: "x" },
  ]) {
    const answer = await post(server.url, wrong);
    expect(answer.status, JSON.stringify(wrong)).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "transport-http/invalid-request", kind: "invalid" });
  }
  for (const body of ["", "{", "[]", "null"]) {
    const answer = await fetch(`${server.url}/chat`, { method: "POST", body });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, "transport-http/bad-body"]);
  }
  expect(submissions.length).toBe(before);
});

test("while a turn runs, a chat gets one error line with a turn id of its own, and the end", async () => {
  await using busy = await withSubmit(async () => {
    throw fault("conflict", "session-orchestrator/turn-running", "A turn is running.");
  });
  const answer = await post(busy.url, { message: "a", conversationId: "c1" });
  expect([answer.status, answer.headers.get(conversationIdHeader)]).toEqual([200, "c1"]);
  expect(await linesOf(answer)).toEqual([
    {
      type: "error",
      conversationId: "c1",
      turnId: expect.stringMatching(/^turn-\d+-[0-9a-z]{6}$/),
      message: "A turn is running.",
      code: "session-orchestrator/turn-running",
      kind: "conflict",
    },
  ]);
});

test("when the message cannot be taken, a chat gets one error line without a turn id", async () => {
  await using broken = await withSubmit(async () => {
    throw fault("unavailable", "store/unavailable", "The disk is full.");
  });
  const answer = await post(broken.url, { message: "a" });
  expect(answer.status).toBe(200);
  expect(await linesOf(answer)).toMatchObject([{ type: "error", turnId: "", code: "store/unavailable", kind: "unavailable" }]);
});

test("an unknown throw of the conversation is journaled, and the line holds a reference alone", async () => {
  await using broken = await withSubmit(async () => {
    throw new TypeError("secret inside");
  });
  const [line] = await linesOf(await post(broken.url, { message: "a" }));
  expect(line).toMatchObject({ type: "error", turnId: "", code: "transport-http/defect", kind: "defect" });
  expect(JSON.stringify(line)).not.toContain("secret inside");
  expect(broken.log.told("request-failed")[0]?.attributes["error.message"]).toBe("secret inside");
});

test("events reach the client as they come, not at the end", async () => {
  const more = new TransformStream<readonly SharedEvent[], readonly SharedEvent[]>();
  const [writer, reader] = [more.writable.getWriter(), more.readable.getReader()];
  const events = watchOf(async () => (await reader.read()).value);
  await using live = await withSubmit(async () => ({ conversationId: "c1", turnId: "turn-1", events }));
  using socket = rawSocket(live.port, rawRequest("POST", "/chat", [], '{"message":"a"}'));
  await writer.write([textDelta("first")]);
  expect(await socket.until("first")).not.toContain("second");
  await writer.write([textDelta("second")]);
  await socket.until("second");
  await writer.close();
  await socket.closed;
});

/** A turn that goes on until it is told to end, and remembers how far it was read. */
function endlessTurn() {
  const disposed = Promise.withResolvers<void>();
  const state = { batches: 0, ended: false };
  const batch = Array.from({ length: 100 }, () => textDelta("x".repeat(1_000)));
  const events = watchOf(async () => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    state.batches += 1;
    return state.ended ? undefined : batch;
  }, disposed.resolve);
  const started: StartedTurn = { conversationId: "c1", turnId: "turn-1", events };
  return { started, state, disposed: disposed.promise };
}

const standsStill = async (count: () => number) => {
  for (let last = -1, same = 0; same < 50; ) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    same = count() === last ? same + 1 : 0;
    last = count();
  }
};

test("a client that does not read stops the reading of events, and goes on where it stood", async () => {
  const { started, state } = endlessTurn();
  await using slow = await withSubmit(async () => started);
  using socket = rawSocket(slow.port, rawRequest("POST", "/chat", [], '{"message":"a"}'));
  await socket.until("text-delta");
  socket.pause();
  await standsStill(() => state.batches);
  const stoodAt = state.batches;
  expect(stoodAt).toBeLessThan(1_000);
  state.ended = true;
  socket.resume();
  const { body } = parseAnswer(await socket.closed);
  expect(body.split('"type":"text-delta"').length - 1).toBe(stoodAt * 100);
});

test("a client that leaves ends the watching, and the door says nothing to the turn", async () => {
  for (const leave of ["in mid-stream", "while nothing comes"] as const) {
    const { started, disposed } = endlessTurn();
    const quiet = { ...started, events: quietWatch() };
    await using left = await withSubmit(async () => (leave === "in mid-stream" ? started : quiet.events.started));
    {
      using socket = rawSocket(left.port, rawRequest("POST", "/chat", [], '{"message":"a"}'));
      await socket.until("text-delta");
    }
    await (leave === "in mid-stream" ? disposed : quiet.events.disposed);
    expect(left.log.told("request-failed")).toEqual([]);
  }
});

function quietWatch() {
  const disposed = Promise.withResolvers<void>();
  let told = false;
  const events = watchOf(() => {
    if (told) return new Promise<never>(() => {});
    told = true;
    return Promise.resolve([textDelta("only")]);
  }, disposed.resolve);
  const started: StartedTurn = { conversationId: "c1", turnId: "turn-1", events };
  return { started, disposed: disposed.promise };
}

test("a client that leaves before its turn has started leaves no stream behind", async () => {
  const asked = Promise.withResolvers<void>();
  const starting = Promise.withResolvers<StartedTurn>();
  const { started, disposed } = quietWatch();
  await using left = await withSubmit(() => {
    asked.resolve();
    return starting.promise;
  });
  const leaving = new AbortController();
  const answer = post(left.url, { message: "a" }, leaving.signal).catch(() => "left");
  await asked.promise;
  leaving.abort();
  expect(await answer).toBe("left");
  await fetch(`${left.url}/health`);
  starting.resolve(started);
  await disposed;
});

test("a reader that was cut off is told so in the last line", async () => {
  const tooSlow = fault("limited", "session-orchestrator/too-slow", "Read the rest from the log.");
  const batches = [[textDelta("a")]];
  const events = watchOf(async () => {
    const batch = batches.shift();
    if (batch === undefined) throw tooSlow;
    return batch;
  });
  await using cut = await withSubmit(async () => ({ conversationId: "c1", turnId: "turn-1", events }));
  const lines = await linesOf(await post(cut.url, { message: "a" }));
  expect(lines).toMatchObject([
    { type: "text-delta" },
    { type: "error", turnId: "turn-1", code: "session-orchestrator/too-slow", kind: "limited" },
  ]);
});

test("20,000 lines arrive whole and in order, however they were batched", async () => {
  const batches = Array.from({ length: 200 }, (_, batch) => Array.from({ length: 100 }, (_, n) => String(batch * 100 + n)));
  await using many = await withSubmit(async (given) => startedTurn(given, "turn-1", batches));
  const lines = await linesOf(await post(many.url, { message: "a" }));
  const deltas = lines.flatMap((event) => (event.type === "text-delta" ? [event.delta] : []));
  expect(deltas).toEqual(batches.flat());
  expect(lines.at(-1)?.type).toBe("turn-sealed");
});

/** The chat route alone behind a socket, where a test sets the limits. */
function chatDoor(submit: Conversations["submit"], streams: ChatStreams, silenceSMax = 60) {
  const tell = tellFault(silentLog, (fault) => fault);
  const route = chatRoute({
    conversations: { ...memoryConversations(), submit },
    streams,
    newTurnId: () => "turn-2",
    acted: () => {},
    tell,
  });
  const router = createRouter({ routes: [route], tell, otherwise: () => undefined });
  const listener = listen({ host: "127.0.0.1", port: 0, setting: "PORT", silenceSMax }, (request, connection) =>
    router(request, connection, { caller: { name: "local", via: "http" } }),
  );
  return { ...listener, port: Number(new URL(listener.url).port), [Symbol.asyncDispose]: () => listener.close() };
}

test("more streams than there are places for get 429 and a time to come again; a place that falls free is taken", async () => {
  const [first, second] = [quietWatch(), quietWatch()];
  const turns = [first.started, second.started];
  const streams = new ChatStreams(2);
  await using full = chatDoor(async (given) => turns.shift() ?? echo(given), streams);
  const request = rawRequest("POST", "/chat", [], '{"message":"a"}');
  const sockets = [rawSocket(full.port, request), rawSocket(full.port, request)];
  await Promise.all(sockets.map((socket) => socket.until("only")));
  const refused = await post(full.url, { message: "a" });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(await refused.json()).toMatchObject({
    kind: "limited",
    code: "transport-http/too-many-streams",
    data: { limit: "chatStreamsMax" },
  });
  sockets[0]?.[Symbol.dispose]();
  await Promise.race([first.disposed, second.disposed]);
  expect((await linesOf(await post(full.url, { message: "a" }))).length).toBe(5);
  expect(streams.open).toBe(1);
  sockets[1]?.[Symbol.dispose]();
  await Promise.all([first.disposed, second.disposed]);
  expect(streams.open).toBe(0);
});

test("a refused chat gives its place back", async () => {
  const streams = new ChatStreams(1);
  await using busy = chatDoor(async () => {
    throw fault("conflict", "session-orchestrator/turn-running", "A turn is running.");
  }, streams);
  for (let n = 0; n < 3; n++) expect(await linesOf(await post(busy.url, { message: "a" }))).toMatchObject([{ turnId: "turn-2" }]);
  expect(streams.open).toBe(0);
});

// The platform looks every few seconds, so this takes as long; it waits for the cut itself.
test("a client that takes nothing at all is cut off in the end, one that only waits is not", async () => {
  const jammed = endlessTurn();
  const waiting = quietWatch();
  const turns = [waiting.started, jammed.started];
  await using door = chatDoor(async (given) => turns.shift() ?? echo(given), new ChatStreams(), 1);
  const request = rawRequest("POST", "/chat", [], '{"message":"a"}');
  using patient = rawSocket(door.port, request);
  await patient.until("only");
  using stuck = rawSocket(door.port, request);
  await stuck.until("text-delta");
  stuck.pause();
  await jammed.disposed;
  const still = Symbol();
  expect(await Promise.race([waiting.disposed, Promise.resolve(still)])).toBe(still);
});

// Reaches problemsMax.
test("of a body with many faults twenty are told", async () => {
  const answer = await post(server.url, { message: "a", images: Array(30).fill({}) });
  const { error } = (await answer.json()) as { readonly error: string };
  expect([answer.status, error.split("\n").length]).toEqual([400, 20]);
});
