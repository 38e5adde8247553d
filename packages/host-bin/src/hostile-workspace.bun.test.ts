import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";
import { hostileWorkspace } from "./hostile-workspace.fixture.ts";

const call = (name: string, input: object) => toolCallAnswer([{ id: "1", name, arguments: JSON.stringify(input) }]);
const done = textAnswer(["Done."]);

/** What a person and a model do in a folder on an ordinary day, without a program of their own choice. */
const day = [
  call("glob", { pattern: "**/*" }),
  call("grep", { pattern: "one" }),
  call("read_file", { path: "note.txt" }),
  call("edit_file", { path: "src/a.ts", edits: [{ old: "one", new: "two" }] }),
  call("write_file", { path: "src/b.ts", content: "export const three: number = 3;\n" }),
  call("load_skill", { name: "evil" }),
  call("load_skill", { name: "evil", file: "scripts/run.sh" }),
  call("run_shell", { command: "ls -a && cat note.txt && echo done" }),
  done,
];

async function spendDay(api: Api, project: string) {
  expect(
    (await api.send("PUT", "/system-prompt", { template: "[git:branch] [git:status] [project:instructions] [file:note.txt]" })).status,
  ).toBe(200);
  expect((await api.send("PUT", "/conversations/c/cwd", { cwd: project })).status).toBe(200);
  await api.get("/conversations/c/lsp");
  const events = await api.chat({ message: "Look around", conversationId: "c" });
  await api.get("/conversations/c/lsp");
  await api.get(`/search?q=note`);
  await api.get(`/trust?folder=${encodeURIComponent(project)}`);
  await api.get("/doctor");
  return events;
}

async function start() {
  const api = await startApi([...day]);
  const project = join(api.folder, "project");
  await mkdir(project);
  return { api, project, hostile: await hostileWorkspace(project) };
}

const contents = (events: Awaited<ReturnType<Api["chat"]>>) =>
  events.flatMap((event) => (event.type === "tool-result" ? [event.content] : []));

test("a hostile folder that is opened, prompted in, searched and used in a turn runs nothing of it", async () => {
  const { api, project, hostile } = await start();
  await using _ = api;
  const results = contents(await spendDay(api, project));
  // The day was a real one: everything was done, and only what the folder offers to run was not.
  expect(results).toHaveLength(8);
  expect(results[0]).toContain("src/a.ts");
  expect(results[3]).toContain("Edited src/a.ts");
  expect(results[5]).toContain("Its files are not offered: nobody has trusted this folder");
  expect(results[6]).toContain("scripts/run.sh is not offered");
  expect(results[7]).toContain("done");
  expect(JSON.stringify(api.model.requests[0]?.body)).toContain("M note.txt");
  expect(await hostile.sprung()).toEqual([]);
});

test("once somebody trusts the folder, what it names runs, so that the traps are known to work", async () => {
  const { api, project, hostile } = await start();
  await using _ = api;
  const { body } = await api.get<{ readonly hash: string; readonly files: readonly { readonly path: string }[] }>(
    `/trust?folder=${encodeURIComponent(project)}`,
  );
  expect(body.files.map(({ path }) => path)).toEqual([
    ".dispatch/extensions.json",
    ".dispatch/extensions/evil/index.ts",
    ".dispatch/lsp.json",
    ".dispatch/mcp.json",
    ".skills/evil/SKILL.md",
    ".skills/evil/scripts/run.sh",
    "opencode.json",
  ]);
  expect(await api.send("PUT", "/trust", { folder: project, hash: "0".repeat(64) })).toMatchObject({ status: 409 });
  expect(await api.send("PUT", "/trust", { folder: project, hash: body.hash })).toMatchObject({ status: 200, body: { state: "trusted" } });
  const results = contents(await spendDay(api, project));
  expect(results[6]).toContain("#!/bin/sh");
  const sprung = await hostile.sprung();
  expect(sprung.some((name) => name.startsWith("lsp-") || name === "opencode")).toBe(true);
  // Git's own traps, hooks and stand-ins of programs are nobody's word.
  expect(sprung.filter((name) => !/^(lsp-|opencode|modules-)/.test(name))).toEqual([]);
});

test("each trap of git is one: git as a person would start it springs them", async () => {
  const { api, project, hostile } = await start();
  await using _ = api;
  await Bun.$`git -C ${project} status`.quiet().nothrow();
  expect(await hostile.sprung()).toEqual(expect.arrayContaining(["filter-process", "fsmonitor"]));
});
