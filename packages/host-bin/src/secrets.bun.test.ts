import { readFile } from "node:fs/promises";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";
import { leaksIn, startWithCanaries } from "./canaries.fixture.ts";

const call = (name: string, input: object) => toolCallAnswer([{ id: crypto.randomUUID(), name, arguments: JSON.stringify(input) }]);
/** All that a model may try in order to see the server's secrets. */
const looks = [
  call("run_shell", { command: "env; cat .env AGENTS.md copy-of-the-key; tr '\\0' '\\n' < /proc/self/environ" }),
  call("run_shell", {
    command: "for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ; done 2>/dev/null; base64 -w0 .env; base64 -w0 copy-of-the-key",
  }),
  call("run_shell", { command: "for i in $(seq 400); do cat .env; sleep 0.0005; done; cat .env >&2; exit 3" }),
  call("read_file", { path: ".env" }),
  call("read_file", { path: "copy-of-the-key" }),
  call("grep", { pattern: "KEY|MADE" }),
  call("glob", { pattern: "**/*" }),
  call("edit_file", { path: "AGENTS.md", edits: [{ old: "The key", new: "A key" }] }),
  call("web_fetch", { url: "http://127.0.0.1:1/" }),
];
const refused = (body: string) => ({ status: 401, headers: { "content-type": "application/json" }, steps: [body] });

test("a canary in every secret is in nothing that a long scenario wrote, sent or told, but for each key on the way to its own receiver", async () => {
  const script = [...looks, textAnswer(["Done."])];
  const world = await startWithCanaries((request, index) => {
    const answer = script[index];
    // A provider that repeats what it was sent, as some do when they refuse a key.
    return answer ?? refused(JSON.stringify({ error: { message: `bad key: ${request.headers.authorization}` } }));
  });
  const { ask, canaries, model, heard, server } = world;
  const { frames: socket } = await listenIn(world);
  const told = await ask("POST", "/chat", { message: "Look for secrets", conversationId: "c" });
  expect(told).toContain("[masked]");
  expect(told.includes("There is no tool")).toBe(false);
  expect(told.match(/"type":"tool-result"/g)?.length).toBeGreaterThanOrEqual(looks.length);
  await ask("POST", "/chat", { message: "And fail", conversationId: "c" });
  const turnId = /"turnId":"([^"]+)"/.exec(told)?.[1] ?? "";
  await askEverything(ask, turnId);
  await ask("POST", "/backup", { file: `${world.folder}/copy.db` });
  await ask("GET", "/models", undefined, { authorization: "Bearer wrong" });
  await ask("POST", "/chat", "no object");
  await expect.poll(() => world.spans.told.length, { timeout: 10_000 }).toBeGreaterThan(0);
  const { pid } = server;
  expect(leaksIn(await readFile(`/proc/${pid}/environ`, "latin1"), canaries)).toEqual([]);
  process.kill(pid, "SIGTERM");
  expect(await server.exited).toBe(0);

  const files = await world.written();
  for (const name of [/dispatch\.db$/, /app\.ndjson$/, /traces\.db$/, /copy\.db$/, /run_shell[^/]*$/])
    expect(
      [...files.keys()].some((path) => name.test(path)),
      `${name}`,
    ).toBe(true);
  for (const [path, text] of files) expect(leaksIn(text, canaries), path).toEqual([]);
  for (const text of [...heard, ...socket, ...world.spans.told, server.errors()])
    expect(leaksIn(text, canaries), text.slice(0, 300)).toEqual([]);
  expect(model.requests.length).toBeGreaterThan(looks.length);
  for (const { path, body, headers } of model.requests) {
    const { authorization, ...others } = headers;
    expect(authorization).toBe(`Bearer ${canaries.DISPATCH_API_KEY}`);
    expect(leaksIn(JSON.stringify([path, others, body]), canaries)).toEqual([]);
  }
}, 60_000);

test("whatever fails says no secret, whichever way it leaves and wherever it is kept", async () => {
  const world = await startWithCanaries((_, index) => {
    const said = `somebody came with ${world.canaries.DISPATCH_TOKEN} and ${world.canaries["made token"]}`;
    return { ...refused(JSON.stringify({ error: { message: said } })), status: index === 0 ? 503 : 400 };
  });
  const { ask, canaries, heard, written } = world;
  const { frames, say } = await listenIn(world);
  const secret = canaries["made token"] ?? "";
  const told = await ask("POST", "/chat", { message: "Fail", conversationId: "c" });
  expect(told).toMatch(/"type":"provider-retry".*somebody came with \[masked\] and \[masked\]/);
  expect(told).toMatch(/"type":"error".*somebody came with \[masked\] and \[masked\]/);
  expect(await ask("GET", "/conversations/c")).toMatch(/"type":"error","message":"[^"]*somebody came with \[masked\]/);
  expect(await ask("POST", "/chat", { message: "Go", cwd: `/nowhere/${secret}`, conversationId: "d" })).toContain("/nowhere/[masked]");
  expect(await ask("POST", "/chat", { message: "Go", model: `nobody/${secret}`, conversationId: "d" })).toContain("[masked]");
  expect(await ask("PUT", `/nothing/${secret}`)).toContain("/nothing/[masked]");
  expect(await ask("DELETE", `/conversations/${secret}/title`)).toContain("/conversations/[masked]/title");
  say({ type: secret });
  await expect.poll(() => frames.some((frame) => frame.includes("no frame of type"))).toBe(true);
  for (const text of [...heard, ...frames].map((one) => one.slice(one.indexOf("\n") + 1))) expect(leaksIn(text, canaries)).toEqual([]);
  const kept = { DISPATCH_TOKEN: canaries.DISPATCH_TOKEN ?? "" };
  for (const [path, text] of await written()) expect(leaksIn(text, kept), path).toEqual([]);
}, 60_000);

test("a secret that a person writes reaches neither the model nor an export", async () => {
  const key = "a-key-that-a-person-pasted-0001";
  await using api = await startApi([textAnswer(["Hm."]), textAnswer(["Hm."])], { DISPATCH_API_KEY: key });
  await api.chat({ message: `Is ${key} right?`, conversationId: "c" });
  await api.chat({ message: "And now?", conversationId: "c" });
  expect(api.model.requests).toHaveLength(2);
  for (const { body } of api.model.requests) {
    expect(JSON.stringify(body)).toContain("Is [masked] right?");
    expect(JSON.stringify(body)).not.toContain(key);
  }
  for (const format of ["md", "json", "html"]) {
    const { body } = await api.get<{ text: string }>(`/conversations/c/export?format=${format}`);
    expect(body.text).toContain("Is [masked] right?");
  }
});

/** Every GET that the server describes. */
async function askEverything(ask: (method: string, path: string) => Promise<string>, turnId: string): Promise<void> {
  const text = await ask("GET", "/openapi.json");
  const { paths } = JSON.parse(text.slice(text.indexOf("\n{"))) as { paths: { readonly [path: string]: { readonly get?: object } } };
  const gets = Object.entries(paths).flatMap(([path, { get }]) => (get === undefined ? [] : [path]));
  expect(gets.length).toBeGreaterThan(30);
  const names: { readonly [name: string]: string } = {
    conversationId: "c",
    workspaceId: "default",
    turnId,
    providerId: "opencode",
    alias: "local",
  };
  for (const path of gets)
    await ask(
      "GET",
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? "x"),
    );
  for (const path of ["/metrics", "/health?verbose=1", "/search?q=masked", "/", "/doctor", "/nothing-here"]) await ask("GET", path);
  for (const format of ["md", "json", "html"]) await ask("GET", `/conversations/c/export?format=${format}`);
  await ask("POST", `/traces/${turnId}/replay`);
}

/** A client that watches the conversation and every surface. */
async function listenIn({ server, canaries, ca }: Awaited<ReturnType<typeof startWithCanaries>>) {
  const frames: string[] = [];
  const token = encodeURIComponent(canaries["made token"] ?? "");
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws?token=${token}`, { tls: { ca } } as never);
  socket.addEventListener("message", ({ data }) => frames.push(String(data)));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  const say = (frame: object) => socket.send(JSON.stringify(frame));
  say({ type: "chat.subscribe", conversationId: "c" });
  for (const surfaceId of ["todo", "queue", "approvals"]) say({ type: "subscribe", surfaceId, conversationId: "c" });
  return { frames, say };
}
