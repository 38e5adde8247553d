import { join } from "node:path";
import { type Json, resultText, say, type Tool, type ToolInvocation, type ToolResult, type Workspace } from "@dispatch/kernel";
import { until } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { inTimeMs } from "./edited-files.ts";
import { fakeProject, type LanguageDesk, openLanguageDesk, processesIn, SkippingClock, turnOfLoop } from "./language.fixture.ts";

const tool = (effect: Tool["effect"]): Tool => ({
  name: "any",
  description: "",
  input: {} as Tool["input"],
  effect,
  timeoutMs: 1,
  run: async () => say(""),
});

/** A call of a tool that wrote something, as the hook sees it. */
const callOf = ({ workspace }: LanguageDesk, turnId = "turn-1", effect: Tool["effect"] = "write"): ToolInvocation => ({
  ...{ id: "call-1", conversationId: "c1", turnId, workspace, signal: new AbortController().signal, progress() {} },
  ...{ tool: tool(effect), input: {} },
});
const result = (details: Json): ToolResult => say("Done.", details);
const trusted = { trusted: true };
const problems = "a.txt after this edit: 1 error (fake)\nerror 2:5 bad word [fake]";

/** A hover makes the late server push what it knows. */
async function lateNotes(desk: LanguageDesk): Promise<readonly string[]> {
  await desk.ask({ action: "hover", path: "a.txt", line: 1, column: 1 });
  let notes: readonly string[] = [];
  await until(() => {
    notes = desk.edited.notes("turn-1");
    return notes.length > 0;
  });
  return notes;
}

test("what an edit has broken stands in its result, and its details stay", async () => {
  const desk = await openLanguageDesk(fakeProject(), trusted);
  const told = await desk.edited.after(callOf(desk), result({ path: "a.txt", diff: "x" }));
  expect([resultText(told), told.details]).toEqual([`Done.\n${problems}`, { path: "a.txt", diff: "x" }]);
  expect(desk.edited.notes("turn-1")).toEqual([]);
  await desk.put("a.txt", "fine\n");
  const edited = result({ path: "a.txt" });
  expect(await desk.edited.after(callOf(desk), edited)).toBe(edited);
});

test("several files that one call has changed are told of one by one", async () => {
  const desk = await openLanguageDesk({ ...fakeProject(), "b.txt": "bad\n", "c.txt": "good\n" }, trusted);
  const told = await desk.edited.after(callOf(desk), result({ paths: ["a.txt", "b.txt", "c.txt", "a.txt"], created: true }));
  expect(resultText(told)).toBe(`Done.\n${problems}\n\nb.txt after this edit: 1 error (fake)\nerror 1:1 bad word [fake]`);
});

test("what changes nothing, and what no server takes care of, costs nothing", async () => {
  const desk = await openLanguageDesk({ ...fakeProject(), "a.unknown": "bad" }, trusted);
  const untouched = [
    [callOf(desk), say("No details.")],
    [callOf(desk), result({ path: 7 })],
    [callOf(desk), result(["a.txt"])],
    [callOf(desk), { ...result({ path: "a.txt" }), refused: true as const }],
    [callOf(desk, "turn-1", "read"), result({ path: "a.txt" })],
    [callOf(desk), result({ path: "a.unknown" })],
    [callOf(desk), result({ path: "../outside/secret.txt" })],
    [callOf(desk), result({ path: "gone.txt" })],
    [callOf(desk), result({ path: "." })],
  ] as const;
  for (const [call, given] of untouched) expect(await desk.edited.after(call, given)).toBe(given);
  expect(desk.edited.notes("turn-1")).toEqual([]);
  expect(await processesIn(desk.root)).toEqual([]);
});

test("a file that no server takes care of is not even looked at", async () => {
  const desk = await openLanguageDesk({ "a.unknown": "bad" });
  let looks = 0;
  const workspace: Workspace = Object.create(desk.workspace, { stat: { value: async () => ++looks } });
  await desk.edited.after(callOf({ ...desk, workspace }), result({ path: "a.unknown" }));
  await desk.edited.after(callOf({ ...desk, workspace }), result({ path: "a.ts" }));
  expect(looks).toBe(1);
});

test("what comes later than an edit may wait is told once, before the next step", async () => {
  const clock = new SkippingClock();
  const desk = await openLanguageDesk(fakeProject("push-late"), { ...trusted, clock });
  let ended = false;
  const given = result({ path: "a.txt" });
  const told = desk.edited.after(callOf(desk), given).finally(() => {
    ended = true;
  });
  await until(async () => (await desk.status())[0]?.state === "connected");
  expect(ended).toBe(false);
  clock.skip(inTimeMs);
  expect(await told).toBe(given);
  expect(desk.edited.notes("turn-1")).toEqual([]);
  const notes = await lateNotes(desk);
  expect([notes, desk.edited.notes("turn-1")]).toEqual([[problems], []]);
});

test("a newer edit of a file makes what is said of the older one worthless; a turn that ends is told nothing", async () => {
  const clock = new SkippingClock();
  const desk = await openLanguageDesk(fakeProject("push-late"), { ...trusted, clock });
  const edit = async (turnId: string) => {
    const told = desk.edited.after(callOf(desk, turnId), result({ path: "a.txt" }));
    await until(async () => (await desk.status())[0]?.state === "connected");
    for (let turns = 0; turns < 20; turns++) await turnOfLoop();
    clock.skip(inTimeMs);
    await told;
  };
  await edit("turn-1");
  await desk.put("a.txt", "bad\nbad\n");
  await edit("turn-1");
  await edit("turn-2");
  desk.edited.forget("turn-2");
  const notes = await lateNotes(desk);
  expect(notes).toEqual([expect.stringContaining("2 errors")]);
  expect(desk.edited.notes("turn-2")).toEqual([]);
});

test.each(["die-at-start", "garbage", "hang-initialize", "hang-requests", "odd-shapes"])(
  "an edit is as it was when its server does %s, and takes no longer than it may",
  async (word) => {
    const clock = new SkippingClock();
    const desk = await openLanguageDesk(fakeProject(word), { ...trusted, clock });
    const given = result({ path: "a.txt" });
    const told = desk.edited.after(callOf(desk), given);
    if (word.startsWith("hang")) await until(async () => (await processesIn(desk.root)).length > 0);
    if (word.startsWith("hang")) clock.skip(inTimeMs);
    const { content } = await told;
    expect(content.slice(0, 1)).toEqual(given.content);
    if (word !== "garbage") expect(content).toEqual(given.content);
  },
);

// Reaches filesMax of edited-files.ts.
test("of a call that changed many files ten are looked at", async () => {
  const paths = Array.from({ length: 12 }, (_, n) => `b${String(n).padStart(2, "0")}.txt`);
  const desk = await openLanguageDesk({ ...fakeProject(), ...Object.fromEntries(paths.map((path) => [path, "bad\n"])) }, trusted);
  const told = resultText(await desk.edited.after(callOf(desk), result({ paths })));
  expect(paths.filter((path) => told.includes(path))).toEqual(paths.slice(0, 10));
});

// Reaches checksMax.
test("of one turn fifty files are waited for, the ones that were changed last", async () => {
  const clock = new SkippingClock();
  const paths = Array.from({ length: 52 }, (_, n) => `b${String(n).padStart(2, "0")}.txt`);
  const files = Object.fromEntries(paths.map((path) => [path, "bad\n"]));
  const desk = await openLanguageDesk({ ...fakeProject("push-late"), ...files }, { ...trusted, clock });
  await desk.ask({ action: "hover", path: "a.txt", line: 1, column: 1 });
  const edits = paths.map((path) => desk.edited.after(callOf(desk), result({ path })));
  await until(async () => {
    const open = (await desk.servers.connected())[0]?.server.open().map((file) => file.path) ?? [];
    return paths.slice(2).every((path) => open.includes(join(desk.root, path)));
  });
  clock.skip(inTimeMs);
  await Promise.all(edits);
  await desk.ask({ action: "hover", path: "a.txt", line: 1, column: 1 });
  const notes: string[] = [];
  await until(() => notes.push(...desk.edited.notes("turn-1")) >= 50);
  expect(paths.filter((path) => notes.some((note) => note.startsWith(path)))).toEqual(paths.slice(2));
});
