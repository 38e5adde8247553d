import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { contentChunk, ending, Gate, type ModelServerRequest, roleChunk, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";

/** The machine's own Node, under which `ws` is the package of that name. Bun calls itself node where it can. */
const node = ["/usr/bin/node", "/usr/local/bin/node", Bun.which("node") ?? ""].find(
  (path) => path !== "" && /^v\d+/.test(run(path, "-p", "process.versions.bun === undefined ? process.version : ''")),
);
const client = resolve(import.meta.dirname, "conformance-client.fixture.mjs");
const items = node === undefined ? ["every item"] : linesOf(run(node, client)).map(({ item }) => item);

function run(program: string, ...words: readonly string[]): string {
  const { stdout } = spawnSync(program, words, { encoding: "utf8" });
  return stdout ?? "";
}

interface Line {
  readonly item: string;
  readonly problem?: string;
}
function linesOf(stdout: string): readonly Line[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

let api: Api | undefined;
const outcomes = new Map<string, Line>();
const gates = new Map<string, Gate>();
const gateOf = (name: string): Gate => {
  const gate = gates.get(name) ?? new Gate();
  gates.set(name, gate);
  return gate;
};

/** `slow n` and `tool n` wait in the middle for gate n; `todo` writes a list; everything else is answered at once. */
function answer({ body }: ModelServerRequest) {
  const { messages } = body as { readonly messages: readonly { readonly role: string; readonly content: unknown }[] };
  const last = messages.at(-1);
  const [, kind, gate = ""] = /^(slow|tool|todo) (\d+)$/.exec(last?.role === "user" ? String(last.content) : "") ?? [];
  const todos = [{ content: "Plan", status: "pending" }];
  switch (kind) {
    case "slow":
      return { steps: [roleChunk() + contentChunk("begun, "), { until: gateOf(gate).pass() }, contentChunk("ended") + ending("stop")] };
    case "tool": {
      const call = toolCallAnswer([{ id: "1", name: "read_file", arguments: '{"path":"note.txt"}' }]);
      return { steps: [roleChunk() + contentChunk("I read it."), { until: gateOf(gate).pass() }, call] };
    }
    case "todo":
      return toolCallAnswer([{ id: "1", name: "todo_write", arguments: JSON.stringify({ todos }) }]);
    default:
      return textAnswer(["Hello."], { promptTokens: 10, completionTokens: 2 });
  }
}

beforeAll(async () => {
  if (node === undefined) return;
  api = await startApi(answer);
  await writeFile(join(api.folder, "note.txt"), "remember the milk\n");
  using keeper = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      gateOf(new URL(request.url).pathname.slice(1)).open();
      return new Response("open");
    },
  });
  const words = [node, client, api.url, api.socketUrl, `http://127.0.0.1:${keeper.port}`, api.folder];
  const child = Bun.spawn(words, { stdout: "pipe", stderr: "inherit" });
  for (const line of linesOf(await new Response(child.stdout).text())) outcomes.set(line.item, line);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

test.skipIf(node === undefined).each(items)("an independent client under Node finds: %s", (item) => {
  expect(outcomes.get(item)).toEqual({ item });
});

test.skipIf(node === undefined)("the independent client has looked at everything it knows", () => {
  expect(items.length).toBeGreaterThanOrEqual(18);
  expect(outcomes.size).toBe(items.length);
});
