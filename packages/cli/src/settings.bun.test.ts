import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "./process.fixture.ts";
import { type Answers, type Asked, json, serve } from "./server.fixture.ts";

const id = "3f2a9c01-1111-4222-8333-444455556666";
const of = (path: string) => `/conversations/${id}/${path}`;
const echo = ({ body }: Asked) => json({ conversationId: id, ...(body as object) });

/** A server with all settings but the computer. */
const answers: Answers = {
  "GET /conversations": () =>
    json({
      conversations: [{ id, title: "Plans\u001b[31m", status: "idle", workspaceId: "home", createdAt: 0, lastActivityAt: 0 }],
    }),
  [`GET ${of("cwd")}`]: () => json({ conversationId: id, cwd: "/work" }),
  [`GET ${of("model")}`]: () => json({ conversationId: id, model: null }),
  [`GET ${of("reasoning-effort")}`]: () => json({ conversationId: id, reasoningEffort: "low" }),
  [`GET ${of("thinking")}`]: () => json({ conversationId: id, thinking: null }),
  [`GET ${of("compact-percent")}`]: () => json({ conversationId: id, threshold: 85, percent: 85 }),
  [`PUT ${of("title")}`]: echo,
  [`PUT ${of("model")}`]: echo,
  [`PUT ${of("reasoning-effort")}`]: echo,
  [`PUT ${of("thinking")}`]: echo,
  [`PUT ${of("cwd")}`]: echo,
  [`DELETE ${of("cwd")}`]: () => json({ conversationId: id, cwd: null }),
  [`PUT ${of("compact-percent")}`]: ({ body }) => json({ conversationId: id, percent: 0, ...(body as object) }),
};

async function against(...words: string[]) {
  using server = serve(answers);
  const ended = await runCommand([...words, "--server", server.url]);
  return { ...ended, asked: server.asked, set: server.asked.filter(({ route }) => !route.startsWith("GET")) };
}

test("settings shows what is set, and what the server does not have is left out", async () => {
  const { stdout, stderr, exitCode } = await against("settings", "3f2a");
  expect([stderr, exitCode]).toEqual(["", 0]);
  expect(stdout.split("\n").map((line) => line.split(/\s+/, 2))).toEqual([
    ["title", "Plans\u001b[31m"],
    ["status", "idle"],
    ["workspace", "home"],
    ["model", "–"],
    ["effort", "low"],
    ["thinking", "–"],
    ["cwd", "/work"],
    ["compact-percent", "85"],
    [""],
  ]);
  expect(JSON.parse((await against("settings", id, "--json")).stdout)).toMatchObject({ conversationId: id, cwd: "/work", model: null });
});

test("its flags set one by one, an empty word clears, and then shows what is set", async () => {
  const flags = ["--title", " New ", "--model", "a/b", "--effort", "max", "--thinking", "off", "--cwd", "sub", "--compact-percent", "70"];
  const { set, exitCode, stdout } = await against("settings", id, ...flags);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("workspace")]);
  expect(set.map(({ route, body }) => [route, body])).toEqual([
    [`PUT ${of("title")}`, { title: " New " }],
    [`PUT ${of("model")}`, { model: "a/b" }],
    [`PUT ${of("reasoning-effort")}`, { reasoningEffort: "max" }],
    [`PUT ${of("thinking")}`, { thinking: false }],
    [`PUT ${of("cwd")}`, { cwd: join(process.cwd(), "sub") }],
    [`PUT ${of("compact-percent")}`, { threshold: 70 }],
  ]);
  const cleared = await against("settings", id, "--model", "", "--cwd", "");
  expect(cleared.set.map(({ route, body }) => [route, body])).toEqual([
    [`PUT ${of("model")}`, { model: "" }],
    [`DELETE ${of("cwd")}`, undefined],
  ]);
});

test.each([
  [["--effort", "huge"]],
  [["--compact-percent", "many"]],
  [["--compact-percent", ""]],
  [["--compact-percent", "-1"]],
  [["--title", "  "]],
  [["--thinking", "maybe"]],
  [["--model", "a/b", "--title", ""]],
  [["--colour", "red"]],
])("settings %j is a usage error, and nothing is set", async (flags) => {
  expect(await against("settings", id, ...flags)).toMatchObject({ exitCode: 2, asked: [], stdout: "" });
});

test("system-prompt shows the template, sets it from a file, and lists what it can insert", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-cli-prompt-"));
  const file = join(folder, "template.md");
  await writeFile(file, "You are in [prompt:cwd].\n");
  using server = serve({
    "GET /system-prompt": () => json({ template: "Be kind." }),
    "PUT /system-prompt": ({ body }) => json(body),
    "GET /system-prompt/variables": () => json({ variables: [{ type: "file", name: "<path>", description: "A\nfile.", dynamic: true }] }),
  });
  const run = (...words: string[]) => runCommand(["system-prompt", ...words, "--server", server.url]);
  try {
    expect(await run()).toMatchObject({ stdout: "Be kind.\n", exitCode: 0 });
    expect(await run("--variables")).toMatchObject({ stdout: "[file:<path>] | A file.\n", exitCode: 0 });
    expect(await run("--file", file)).toMatchObject({ stdout: expect.stringMatching(/^Set\./), exitCode: 0 });
    expect(server.asked.at(-1)).toMatchObject({ route: "PUT /system-prompt", body: { template: "You are in [prompt:cwd].\n" } });
    expect(await run("--file", join(folder, "none"))).toMatchObject({ exitCode: 4 });
    expect(await run("--file", "/dev/zero")).toMatchObject({ exitCode: 7 });
    expect(await run("--file", file, "--variables")).toMatchObject({ exitCode: 2 });
  } finally {
    await rm(folder, { recursive: true });
  }
});
