import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defineTool, type Json, say } from "@dispatch/kernel";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { openDesk } from "@dispatch/session-orchestrator/fixture";
import { type FakeClock, Gate, part, type ScriptedAnswer, until } from "@dispatch/testkit";
import { setTrust } from "@dispatch/transport-contract";
import workspaceTrust from "@dispatch/workspace-trust";
import { FolderTrust } from "@dispatch/workspace-trust/contract";
import { expect, test } from "vitest";
import { z } from "zod";
import lsp from "./index.ts";
import { fakeProject, processesIn, turnOfLoop } from "./language.fixture.ts";

/** Says that it has changed a file, without a name that anybody knows. */
const touch = defineTool({
  name: "touch",
  description: "Touches a file.",
  input: z.object({}),
  effect: "write",
  timeoutMs: 10_000,
  run: async () => say("Touched.", { path: "a.txt" }),
});

const call = (name: string, input: Json): ScriptedAnswer => [part.call("1", name, input), part.finish("tool-calls")];
const done: ScriptedAnswer = [part.text("Done."), part.finish("stop")];

const someone = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };

async function open(answers: readonly ScriptedAnswer[], words: readonly string[], { trusted = true, gate = new Gate() } = {}) {
  const waits = defineTool({
    name: "waits",
    description: "Waits.",
    input: z.object({}),
    effect: "read",
    timeoutMs: 60_000,
    run: async () => {
      await gate.pass();
      return say("Waited.");
    },
  });
  const desk = await openDesk({ answers, tools: [touch, waits], extensions: [workspaceTrust, lsp] });
  for (const [path, content] of Object.entries(fakeProject(...words))) {
    await mkdir(dirname(join(desk.folder, path)), { recursive: true });
    await writeFile(join(desk.folder, path), content);
  }
  const { folder } = desk;
  const { hash } = await desk.kernel.use(FolderTrust).files(folder);
  if (trusted) await desk.kernel.use(OpRegistry).call(setTrust.id, { folder, hash }, someone);
  return desk;
}

/** What an edit may wait for at most, and more: it passes as fast as it can. */
const quickMs = 2_000;

/** Time passes slowly enough for a real process to keep up, on a busy machine too: behind what an edit waits, no faster than by the clock on the wall. */
async function passUntil(clock: FakeClock, isSo: () => boolean): Promise<void> {
  const began = performance.now();
  let passedMs = 0;
  await until(async () => {
    for (let turns = 0; turns < 20; turns++) await turnOfLoop();
    if (passedMs > quickMs && passedMs > performance.now() - began) return isSo();
    await clock.advance(1);
    passedMs += 1;
    return isSo();
  });
}

test("a turn in a trusted folder: what comes late is told before a later step, stored there, and told once", async () => {
  const gate = new Gate();
  const hover = call("lsp", { action: "hover", path: "a.txt", symbol: "one" });
  await using desk = await open([call("touch", {}), hover, call("waits", {}), done], ["push-late"], { gate });
  let ended = false;
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Go", model: "demo/echo" });
  const turn = Array.fromAsync(events).finally(() => {
    ended = true;
  });
  // Time stands still while the server starts, or a slow machine would be taken for a server that hangs.
  await until(() => desk.journal.told("server-connected").length === 1);
  let waits = false;
  void gate.reached.then(() => {
    waits = true;
  });
  await passUntil(desk.clock, () => waits);
  await desk.clock.advance(1_000);
  gate.open();
  await passUntil(desk.clock, () => ended);
  await turn;
  const texts = desk.model.requests.map(({ messages }) => JSON.stringify(messages));
  expect(texts.map((text) => text.split("bad word").length - 1)).toEqual([0, 0, 0, 1]);
  const chunks = (await desk.log.chunks("c", {})).map(({ role, chunk }) => `${role} ${chunk.type}`);
  expect(chunks).toContain("user system");
});

test("in a folder that nobody trusts the turn runs as without servers, and the tool is not offered", async () => {
  await using desk = await open([call("touch", {}), done], [], { trusted: false });
  await Array.fromAsync((await desk.conversations.submit({ conversationId: "c", text: "Go", model: "demo/echo" })).events);
  expect(desk.model.requests.map(({ tools }) => tools.map(({ name }) => name))).toEqual([
    ["touch", "waits"],
    ["touch", "waits"],
  ]);
  expect(JSON.stringify(desk.model.requests[1]?.messages)).toContain("Touched.");
  expect(await processesIn(desk.folder)).toEqual([]);
});
