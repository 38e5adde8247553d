import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { runCommand, type Start, startCli } from "./process.fixture.ts";
import { type Answers, finished, json, lines, ndjson, refusal, serve, turn } from "./server.fixture.ts";

const id = "3f2a9c01-1111-4222-8333-444455556666";
let folder = "";
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-cli-")));
});
afterAll(() => rm(folder, { recursive: true }));

async function against(answers: Answers, words: readonly string[], start: Start = {}) {
  using server = serve(answers);
  const ended = await runCommand([...words, "--server", server.url], start);
  return { ...ended, asked: server.asked };
}

const stepId = "t#0";
const toolCallId = "call-1";
const wholeTurn = [
  { type: "user-message", text: "hi" },
  { type: "turn-start" },
  { type: "reasoning-delta", delta: "hm" },
  { type: "text-delta", delta: "Look: " },
  { type: "text-delta", delta: "é💥" },
  { type: "tool-call", stepId, toolCallId, toolName: "glob", input: { pattern: "*" } },
  { type: "tool-output", toolCallId, data: "a\n", stream: "stdout" },
  { type: "step-complete", stepId },
  { type: "tool-result", stepId, toolCallId, toolName: "glob", content: "a", isError: false },
  { type: "usage", usage: { inputTokens: 7, outputTokens: 2 } },
  ...finished,
] as const;
const chatOf = (...events: Parameters<typeof turn>[1][]) => ({ "POST /chat": () => turn(id, ...events) });

test("a model name runs a turn and prints it as it happens, then the conversation", async () => {
  const { stdout, stderr, exitCode, asked } = await against(chatOf(...wholeTurn), ["demo/echo/x", "--text", "hi"], { cwd: folder });
  expect(stdout).toBe(`Look: é💥\n[tool] glob {"pattern":"*"}\na\n[tool:glob] a\n\n[usage] in=7 out=2\n\n[conversation] ${id}\n`);
  expect([stderr, exitCode]).toEqual(["", 0]);
  expect(asked.map(({ body }) => body)).toEqual([{ message: "hi", model: "demo/echo/x", cwd: folder }]);
});

test("every flag of a turn reaches the request, the folder as an absolute path", async () => {
  const words = ["a/b", "--text", "hi", "--conversation", "c1", "--effort", "max", "-w", "home", "--cwd", "..", "--show-reasoning"];
  const { stdout, asked } = await against(chatOf(...wholeTurn), words, { cwd: folder });
  expect(stdout).toMatch(/^hmLook: /);
  expect(asked.map(({ body }) => body)).toEqual([
    { message: "hi", model: "a/b", conversationId: "c1", cwd: join(folder, ".."), reasoningEffort: "max", workspaceId: "home" },
  ]);
});

test("chat leaves the model to the server", async () => {
  const { exitCode, asked } = await against(chatOf({ type: "text-delta", delta: "hello" }, ...finished), ["chat", "--text", "hi"], {
    cwd: folder,
  });
  expect([exitCode, asked[0]?.body]).toEqual([0, { message: "hi", cwd: folder }]);
});

test("a text that ends in mid-line is followed by a blank line before the conversation", async () => {
  const { stdout } = await against(chatOf({ type: "text-delta", delta: "hello" }, ...finished), ["a/b", "--text", "hi"]);
  expect(stdout).toBe(`hello\n\n[conversation] ${id}\n`);
});

test("--json prints the events as the server sent them", async () => {
  const { stdout, exitCode } = await against(chatOf(...wholeTurn), ["a/b", "--text", "hi", "--json"]);
  expect([stdout, exitCode]).toEqual([lines(id, wholeTurn), 0]);
});

test("a stream cut anywhere, in mid-character too, reads the same", async () => {
  const bytes = new TextEncoder().encode(lines(id, wholeTurn));
  const byteByByte = () =>
    new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const [index] of bytes.entries()) {
          controller.enqueue(bytes.subarray(index, index + 1));
          if (index % 7 === 0) await new Promise(setImmediate);
        }
        controller.close();
      },
    });
  const { stdout } = await against({ "POST /chat": () => ndjson(id, byteByByte()) }, ["a/b", "--text", "hi"]);
  expect(stdout).toMatch(/^Look: é💥\n/);
});

test("a file is attached below the text, and alone it is the message", async () => {
  await writeFile(join(folder, "notes é.md"), "one\n");
  const both = await against(chatOf(...finished), ["a/b", "--text", "Read", "--file", "notes é.md"], { cwd: folder });
  expect(both.asked[0]?.body).toMatchObject({ message: "Read\n\n[file] notes é.md\none\n" });
  const alone = await against(chatOf(...finished), ["a/b", "--file", join(folder, "notes é.md")]);
  expect(alone.asked[0]?.body).toMatchObject({ message: "[file] notes é.md\none\n" });
});

test("an image goes along as data, known by its bytes and not by its name; beside it the text may be missing", async () => {
  await writeFile(join(folder, "picture.txt"), gif);
  const images = [{ url: `data:image/gif;base64,${gif.toBase64()}`, mimeType: "image/gif" }];
  const both = await against(chatOf(...finished), ["a/b", "--text", "Look", "--image", "picture.txt"], { cwd: folder });
  expect(both.asked[0]?.body).toMatchObject({ message: "Look", images });
  const alone = await against(chatOf(...finished), ["send", id, "--image", join(folder, "picture.txt")]);
  expect(alone.asked[0]?.body).toEqual({ conversationId: id, message: "", images });
});

const gif = Uint8Array.fromBase64("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

// Reaches messageCharsMax of limits.ts.
test("a message that cannot be sent is refused before anything is asked", async () => {
  await writeFile(join(folder, "binary"), Uint8Array.of(0xff, 0xfe, 0x00));
  await writeFile(join(folder, "long"), "x".repeat(1_000_001));
  const cases: readonly (readonly [words: readonly string[], exitCode: number, says: string])[] = [
    [["a/b"], 2, "Say something: give --text <text>, --file <path> or both."],
    [["a/b", "--text", "  "], 2, "The message is blank."],
    [["a/b", "--file", "nowhere.txt"], 4, "There is no file "],
    [["a/b", "--file", "."], 2, "it is a folder"],
    [["a/b", "--file", "binary"], 2, "binary is not UTF-8 text"],
    [["a/b", "--file", "long"], 7, "at most 1000000 are taken"],
    [["a/b", "--file", "/dev/zero"], 7, "too large to attach"],
    [["a/b", "--image", "binary"], 2, "binary is not PNG, JPEG, WebP, GIF or BMP"],
    [["a/b", "--text", "x", "--image", "nowhere.png"], 4, "There is no file "],
    [["a/b", "--image", "/dev/zero"], 7, "too large to attach"],
    [["send", "c1", "--image", "binary", "--queue"], 2, "--image does not go with --queue"],
    [["a/b", "--text", "x", "--effort", "maxx"], 2, "Did you mean max?"],
    [["send", "c1", "--text", "x", "--queue", "--effort", "low"], 2, "--effort does not go with --queue"],
  ];
  for (const [words, exitCode, says] of cases) {
    const ended = await against({}, words, { cwd: folder });
    expect([words, ended.exitCode, ended.stdout, ended.asked]).toEqual([words, exitCode, "", []]);
    expect(ended.stderr).toContain(says);
  }
});

test.each([
  [{ code: "credential-store/unknown-model" }, 2],
  [{ code: "credential-store/no-key" }, 6],
  [{ code: "x/y", kind: "limited" }, 7],
  [{ code: "x/y", kind: "unavailable" }, 3],
  [{}, 1],
] as const)("an error event %j is told on stderr and exits with %i, for a model name and for send", async (error, code) => {
  const answers = chatOf({ type: "error", message: "It failed.", ...error }, { type: "done", reason: "error" }, { type: "turn-sealed" });
  const chat = await against(answers, ["a/b", "--text", "hi"]);
  expect([chat.stdout, chat.stderr, chat.exitCode]).toEqual([`\n[conversation] ${id}\n`, "[error] It failed.\n", code]);
  const sent = await against(answers, ["send", id, "--text", "hi"]);
  expect([sent.stdout, sent.stderr, sent.exitCode]).toEqual([`[conversation] ${id}\n`, "[error] It failed.\n", code]);
});

test("a stream that ends behind its error event is at its end", async () => {
  const ended = await against(chatOf({ type: "error", message: "It failed.", kind: "conflict" }), ["a/b", "--text", "hi"]);
  expect([ended.stderr, ended.exitCode]).toEqual(["[error] It failed.\n", 5]);
});

test("a refused chat exits by the kind of the refusal", async () => {
  const answers = { "POST /chat": () => refusal(400, { error: "Not so.", code: "op-registry/invalid-input", kind: "invalid" }) };
  expect(await against(answers, ["a/b", "--text", "hi"])).toMatchObject({ stdout: "", stderr: "Fatal: Not so.\n", exitCode: 2 });
});

test("a connection that ends before the turn does exits with 3 and says where the reply will be", async () => {
  const ended = await against(chatOf({ type: "text-delta", delta: "half" }), ["a/b", "--text", "hi"]);
  expect([ended.stdout, ended.exitCode]).toEqual(["half", 3]);
  expect(ended.stderr).toContain(`the turn may go on. Its reply: dispatch read ${id}`);
});

test("a connection that breaks, as that of a killed server, is told like one that ends", async () => {
  const piece = lines(id, [{ type: "text-delta", delta: "half" }]);
  const head = `HTTP/1.1 200 OK\r\nx-conversation-id: ${id}\r\ntransfer-encoding: chunked\r\n\r\n`;
  const shown = Promise.withResolvers<void>();
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      async data(socket) {
        socket.write(`${head}${piece.length.toString(16)}\r\n${piece}\r\n`);
        await shown.promise;
        socket.end();
      },
    },
  });
  onTestFinished(() => server.stop(true));
  const child = startCli(["a/b", "--text", "hi", "--server", `http://127.0.0.1:${server.port}`]);
  let stdout = "";
  for await (const bytes of child.stdout) {
    stdout += new TextDecoder().decode(bytes);
    shown.resolve();
  }
  expect([stdout, await child.stderr.text(), await child.exited]).toEqual([
    "half",
    `Fatal: The connection ended before the turn did; the turn may go on. Its reply: dispatch read ${id}. To stop it: dispatch stop ${id}.\n`,
    3,
  ]);
});

test("a turn that somebody stopped exits with 130", async () => {
  const answers = chatOf({ type: "text-delta", delta: "half" }, { type: "done", reason: "aborted" }, { type: "turn-sealed" });
  expect(await against(answers, ["a/b", "--text", "hi"])).toMatchObject({ stderr: "The turn was stopped.\n", exitCode: 130 });
});

test("an answer that is no stream of events is told from one", async () => {
  const ended = await against({ "POST /chat": () => new Response("<html>\n") }, ["a/b", "--text", "hi"]);
  expect([ended.exitCode, ended.stderr]).toEqual([1, expect.stringMatching(/^Fatal: .*text\/plain.* instead of events/)]);
});

test("send prints the reply's text alone, then the conversation, and gives only what was given", async () => {
  const { stdout, stderr, exitCode, asked } = await against(chatOf(...wholeTurn), ["send", id, "--text", "hi"]);
  expect([stdout, stderr, exitCode]).toEqual([`Look: é💥\n[conversation] ${id}\n`, "", 0]);
  expect(asked.map(({ route, body }) => [route, body])).toEqual([["POST /chat", { conversationId: id, message: "hi" }]]);
});

test("send --open asks clients to show the conversation first", async () => {
  const answers = { ...chatOf(...finished), [`POST /conversations/${id}/open`]: () => json({ conversationId: id }) };
  const { asked } = await against(answers, ["send", id, "--text", "hi", "--open", "--cwd", "/tmp", "--effort", "low", "-w", "home"]);
  expect(asked.map(({ route }) => route)).toEqual([`POST /conversations/${id}/open`, "POST /chat"]);
  expect(asked[1]?.body).toEqual({ conversationId: id, message: "hi", cwd: "/tmp", reasoningEffort: "low", workspaceId: "home" });
});

test("a model name with --open opens what the server has named; a failure there is told and ends nothing", async () => {
  const answers = { ...chatOf(...finished), [`POST /conversations/${id}/open`]: () => json({ conversationId: id }) };
  const opened = await against(answers, ["a/b", "--text", "hi", "--open"]);
  expect(opened.asked.map(({ route }) => route)).toEqual(["POST /chat", `POST /conversations/${id}/open`]);
  const failed = await against(chatOf(...finished), ["a/b", "--text", "hi", "--open"]);
  expect([failed.exitCode, failed.stderr]).toEqual([0, "--open failed: No such route.\n"]);
});

test.each([
  [true, `Started a turn in ${id}.\n`],
  [false, `Queued in ${id} (1 waiting).\n`],
])("send --queue prints one line (a turn was started: %s)", async (startedTurn, line) => {
  const queue = startedTurn ? [] : [{ id: "m1", text: "hi", queuedAt: 1 }];
  const answer = { conversationId: id, startedTurn, queue };
  const answers = { [`POST /conversations/${id}/queue`]: () => json(answer) };
  const words = ["send", id, "--text", "hi", "--queue", "-w", "home"];
  const { stdout, exitCode, asked } = await against(answers, words);
  expect([stdout, exitCode, asked[0]?.body]).toEqual([line, 0, { text: "hi", workspaceId: "home" }]);
  expect(JSON.parse((await against(answers, [...words, "--json"])).stdout)).toEqual(answer);
});

test("Ctrl-C ends the client with 130, says that the turn goes on and how to stop it", async () => {
  const endless = () =>
    ndjson(
      id,
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(lines(id, [{ type: "text-delta", delta: "working" }]))),
      }),
    );
  using server = serve({ "POST /chat": endless });
  const child = startCli(["a/b", "--text", "hi", "--server", server.url]);
  const reader = child.stdout.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("working");
  child.kill("SIGINT");
  expect([await child.stderr.text(), await child.exited]).toEqual([
    `The turn goes on in the server. Its reply: dispatch read ${id}. To stop it: dispatch stop ${id}.\n`,
    130,
  ]);
});

test("Ctrl-C before the server has answered ends the client too", async () => {
  const arrived = Promise.withResolvers<void>();
  const never = () => {
    arrived.resolve();
    return new Promise<Response>(() => {});
  };
  using server = serve({ "POST /chat": never, "GET /models": never });
  const child = startCli(["a/b", "--text", "hi", "--server", server.url]);
  await arrived.promise;
  child.kill("SIGINT");
  expect([await child.stderr.text(), await child.exited]).toEqual(["The turn goes on in the server. To find it: dispatch list.\n", 130]);
});
