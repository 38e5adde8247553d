import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import opRegistry from "@dispatch/op-registry";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { openDesk } from "@dispatch/session-orchestrator/fixture";
import { extensionLaws, Gate, MemoryStorage, part, testExtension } from "@dispatch/testkit";
import workspaceTrust from "@dispatch/workspace-trust";
import { expect, test } from "vitest";
import skills from "./index.ts";

const standIn = testExtension("session-orchestrator", {
  activate(host) {
    host.provide(Conversations, {} as Conversations);
  },
});

for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: skills, others: [opRegistry, standIn, workspaceTrust] })));

const hello = [part.text("Hello."), part.finish("stop")];
const callOf = (name: string) => [part.call("1", "load_skill", { name }), part.finish("tool-calls")];

async function turn(desk: Awaited<ReturnType<typeof openDesk>>, cwd?: string) {
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi", ...(cwd === undefined ? {} : { cwd }) });
  return (await Array.fromAsync(events)).flat().map(({ event }) => event);
}

async function skillIn(folder: string, name: string, summary = "Releases.") {
  await mkdir(join(folder, ".skills"), { recursive: true });
  await writeFile(join(folder, `.skills/${name}.md`), `${summary}\n---\nTag it.`);
}

test("without skills the model is not given the tool; with one it is, and reads its instructions", async () => {
  await using desk = await openDesk({ answers: [hello, callOf("release"), hello], extensions: [workspaceTrust, skills] });
  await turn(desk);
  expect(desk.model.requests[0]?.tools).toEqual([]);
  await skillIn(desk.folder, "release");
  const events = await turn(desk);
  expect(desk.model.requests[1]?.tools.map(({ name }) => name)).toEqual(["load_skill"]);
  expect(events.find(({ type }) => type === "tool-result")).toMatchObject({ isError: false, content: expect.stringContaining("Tag it.") });
});

test("each folder has its own skills", async () => {
  await using desk = await openDesk({ answers: [hello, hello], extensions: [workspaceTrust, skills] });
  for (const name of ["a", "b"]) await skillIn(join(desk.folder, name), `skill-${name}`);
  await turn(desk, join(desk.folder, "a"));
  await turn(desk, join(desk.folder, "b"));
  expect(desk.model.requests.map(({ tools }) => tools[0]?.description.split("\n").slice(1))).toEqual([
    ["- skill-a: Releases."],
    ["- skill-b: Releases."],
  ]);
});

test("while nothing changes the tools are the same to the byte: in later turns, in the request that would come next, and in a turn that a new process takes up", async () => {
  await using project = await openDesk({ answers: [] });
  for (const name of ["release", "another"]) await skillIn(project.folder, name);
  const storage = new MemoryStorage();
  const gate = new Gate();
  const first = await openDesk({ answers: [hello, hello, [part.text("a"), gate]], extensions: [workspaceTrust, skills], storage });
  await turn(first, project.folder);
  await turn(first);
  const next = await first.conversations.nextRequest("c", { signal: new AbortController().signal });
  await first.conversations.submit({ conversationId: "c", text: "Go on" });
  await gate.reached;
  await first[Symbol.asyncDispose]();
  await using second = await openDesk({ answers: [hello], extensions: [workspaceTrust, skills], storage });
  await second.conversations.queue("c");
  await second.conversations.settled("c", 60_000, new AbortController().signal);
  const sent = [...first.model.requests, next.request, ...second.model.requests].map(({ tools }) => JSON.stringify(tools));
  expect([sent.length, new Set(sent).size, sent[0]]).toEqual([
    5,
    1,
    expect.stringContaining("- another: Releases.\\n- release: Releases."),
  ]);
});

test("a broken skill does not fail the turn, and is told once", async () => {
  await using desk = await openDesk({ answers: [hello, hello], extensions: [workspaceTrust, skills] });
  await mkdir(join(desk.folder, ".skills/x"), { recursive: true });
  await writeFile(join(desk.folder, ".skills/x/SKILL.md"), "---\n[");
  for (const _ of [1, 2]) expect((await turn(desk)).at(-1)).toMatchObject({ type: "turn-sealed" });
  expect(desk.journal.told("skill-skipped")).toHaveLength(1);
});
