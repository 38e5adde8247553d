import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { beforeAll, expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

const hello = textAnswer(["Hello."]);
const call = (name: string, input: object) => toolCallAnswer([{ id: "1", name, arguments: JSON.stringify(input) }]);
const toolNames = ({ body }: { readonly body: unknown }) =>
  (body as { readonly tools: readonly { readonly function: { readonly name: string } }[] }).tools.map((tool) => tool.function.name);

// The repository's own TypeScript 7 stands on the search path, as it would on a person's machine.
beforeAll(() => {
  process.env.PATH = `${resolve(import.meta.dirname, "../../../node_modules/.bin")}:${process.env.PATH}`;
});

/** Processes that work in a folder. */
async function processesIn(folder: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "latin1").catch(() => "")));
  return pids.filter((_, index) => environments[index]?.split("\0").includes(`PWD=${folder}`));
}

test("an edit is answered with what the compiler says of it, the tool comes with the first file of a language, and nothing is left when the server ends", async () => {
  const script = [
    call("write_file", { path: "a.ts", content: 'export const one: number = "1";\n' }),
    hello,
    call("lsp", { action: "hover", path: "a.ts", symbol: "one" }),
    call("edit_file", { path: "a.ts", edits: [{ old: '"1"', new: "1" }] }),
    hello,
  ];
  const api = await startApi(script);
  const project = join(api.folder, "project");
  await mkdir(project);
  expect((await api.get("/conversations/c/lsp")).body).toEqual({ conversationId: "c", cwd: null, servers: [] });
  const first = await api.chat({ message: "Write it", conversationId: "c", cwd: project });
  expect(first.find(({ type }) => type === "tool-result")).toMatchObject({
    isError: false,
    content: [
      "Created a.ts: 32 bytes, 1 line.",
      "a.ts after this edit: 1 error (TypeScript)",
      "error 1:14 Type 'string' is not assignable to type 'number'. [ts 2322]",
    ].join("\n"),
  });
  expect((await api.get("/conversations/c/lsp")).body).toMatchObject({
    cwd: project,
    servers: [{ id: "typescript", name: "TypeScript", root: project, state: "connected", configSource: "built-in" }],
  });
  const second = await api.chat({ message: "Correct it", conversationId: "c" });
  expect(second.flatMap((event) => (event.type === "tool-result" ? [event.content] : []))).toEqual([
    expect.stringContaining("const one: number"),
    "Edited a.ts: 1 replacement; what changed is now within line 1.",
  ]);
  expect(api.model.requests.map((request) => toolNames(request).includes("lsp"))).toEqual([false, false, true, true, true]);
  expect(await processesIn(project)).not.toEqual([]);
  await api[Symbol.asyncDispose]();
  expect(await processesIn(project)).toEqual([]);
});

test("what a project's file wants to run is listed with the reason and not run", async () => {
  await using api = await startApi([]);
  const project = join(api.folder, "project");
  await mkdir(join(project, ".dispatch"), { recursive: true });
  const command = ["/bin/sh", "-c", `touch ${join(project, "ran")}`];
  await writeFile(join(project, ".dispatch/lsp.json"), JSON.stringify({ servers: { evil: { command, extensions: [".txt"] } } }));
  await writeFile(join(project, "a.txt"), "x");
  await api.send("PUT", "/conversations/c/cwd", { cwd: project });
  expect((await api.get("/conversations/c/lsp")).body).toEqual({
    conversationId: "c",
    cwd: project,
    servers: [
      {
        ...{ id: "evil", name: "evil", root: project, extensions: [".txt"], state: "not-started", configSource: ".dispatch/lsp.json" },
        error: "Not started: .dispatch/lsp.json says how it is started, and this folder is not trusted.",
      },
    ],
  });
  expect((await readdir(project)).sort()).toEqual([".dispatch", "a.txt"]);
});
