import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { createHttp } from "./http.ts";
import { runCommand } from "./process.fixture.ts";
import { json, lines, ndjson, refusal, serve } from "./server.fixture.ts";

const id = "3f2a9c01-1111-4222-8333-444455556666";
const html = (status: number) =>
  new Response("<html><body>Bad gateway</body></html>", { status, headers: { "content-type": "text/html" } });
const endless = (piece: string) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(piece.repeat(65_536)));
    },
  });

test.each([
  [
    "an answer that does not end",
    () => new Response(endless("[1,"), { headers: { "content-type": "application/json" } }),
    1,
    /does not end/,
  ],
  ["a page instead of an answer", () => html(200), 1, /text\/html instead of JSON/],
  ["a page of a proxy", () => html(502), 3, /status 502, and not as a Dispatch server does/],
  [
    "a redirect",
    () => Response.redirect("http://127.0.0.1:1/elsewhere", 307),
    2,
    /status 307 and sends on to http:\/\/127\.0\.0\.1:1\/elsewhere/,
  ],
  ["JSON that is something else", () => json([1, 2]), 1, /not one of a Dispatch server/],
  ["JSON that is cut", () => new Response('{"models":["a', { headers: { "content-type": "application/json" } }), 1, /instead of JSON/],
  ["an error body of another program", () => refusal(418, { error: "teapot\u001b[2J" }), 2, /status 418: teapot/],
  ["nothing at all", () => new Response(null, { status: 204 }), 1, /instead of JSON/],
])("%s: one sentence and an exit code", async (_what, answer, exitCode, sentence) => {
  using server = serve({ "GET /models": answer });
  const ended = await runCommand(["models", "--server", server.url]);
  expect(ended).toMatchObject({ exitCode, stdout: "" });
  expect(ended.stderr).toMatch(sentence);
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
});

const half = lines(id, [{ type: "turn-start" }, { type: "text-delta", delta: "Hel" }]);
test.each([
  ["events cut in the middle of one", () => ndjson(id, `${half}{"type":"text-delta","del`), 3, /connection ended before the turn did/],
  ["a page instead of events", () => html(200), 1, /text\/html instead of events/],
  ["a line without an end", () => ndjson(id, endless("aaaa")), 1, /line without an end/],
  ["a redirect of the message", () => Response.redirect("http://127.0.0.1:1/", 308), 2, /sends on to/],
  ["a line that is no event", () => ndjson(id, `${half}"hello"\n`), 1, /no event/],
])("%s: a turn is told to have ended, and how", async (_what, answer, exitCode, sentence) => {
  using server = serve({ "POST /chat": answer });
  const ended = await runCommand(["a/b", "--text", "x", "--server", server.url]);
  expect(ended).toMatchObject({ exitCode });
  expect(ended.stderr).toMatch(sentence);
});

test("a message, and the token with it, never follows a redirect", async () => {
  using other = serve({});
  using server = serve({ "POST /chat": () => Response.redirect(`${other.url}/chat`, 307) });
  await runCommand(["a/b", "--text", "secret", "--server", server.url], { env: { DISPATCH_TOKEN: "token" } });
  expect([server.asked.length, other.asked]).toEqual([1, []]);
});

test("names that hold line ends stay in their line", async () => {
  const evil = "x\ninjected | line";
  const meta = { title: evil, status: "idle", workspaceId: "w", createdAt: 0, lastActivityAt: 0 };
  using server = serve({
    "GET /models": () => json({ models: [evil] }),
    "GET /conversations": () =>
      json({
        conversations: [
          { ...meta, id: "a\nb" },
          { ...meta, id: "a\nc" },
        ],
      }),
    "GET /search": () =>
      json({
        results: [{ ...meta, conversationId: "a\nb", seq: 1, kind: "text", role: "user", messageId: "m", snippet: evil, matches: [] }],
        indexing: false,
      }),
  });
  const run = async (...words: string[]) => runCommand([...words, "--server", server.url]);
  expect((await run("models")).stdout.split("\n")).toHaveLength(2);
  expect((await run("list")).stdout.split("\n")).toHaveLength(3);
  expect((await run("search", "x")).stdout.split("\n")).toHaveLength(3);
  expect((await run("read", "a")).stderr.trimEnd().split("\n")).toHaveLength(3);
});

test("bytes that are no HTTP end with a sentence", async () => {
  const sockets = new Set<Socket>();
  const noise = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.write("SSH-2.0-OpenSSH_9.9\r\n");
  });
  await new Promise<void>((resolve) => noise.listen(0, "127.0.0.1", resolve));
  const { port } = noise.address() as { port: number };
  try {
    const ended = await runCommand(["models", "--server", `http://127.0.0.1:${port}`]);
    expect(ended).toMatchObject({ exitCode: 3, stdout: "" });
    expect(ended.stderr).toMatch(/^Fatal: /);
  } finally {
    for (const socket of sockets) socket.destroy();
    noise.close();
  }
});

test("a server that takes a request and says nothing is given up, and its connection with it", async () => {
  const left = Promise.withResolvers<void>();
  const mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {}, close: () => left.resolve() } });
  try {
    const http = createHttp({ addresses: [`http://127.0.0.1:${mute.port}`], signal: new AbortController().signal });
    const asked = http.send({ method: "GET", path: "/models", patienceMs: 20 });
    await expect(asked).rejects.toMatchObject({ kind: "unavailable", code: "cli/silent-server" });
    await left.promise;
  } finally {
    mute.stop(true);
  }
});
