import { until } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { fakeProject, openLanguageDesk, processesIn, SkippingClock } from "./language.fixture.ts";

const hover = { action: "hover", path: "a.txt", symbol: "one" };
const check = { action: "diagnostics", path: "a.txt" };
const trusted = { trusted: true };

test("a server that behaves is asked, and nothing of it is left", async () => {
  const { ask, servers, root, status } = await openLanguageDesk(fakeProject("child"), trusted);
  expect((await ask(check)).text).toBe("a.txt: 1 error\nerror 2:5 bad word [fake]");
  expect(await status()).toMatchObject([
    { id: "fake", state: "connected", root, extensions: [".txt"], configSource: ".dispatch/lsp.json" },
  ]);
  expect((await processesIn(root)).length).toBeGreaterThanOrEqual(2);
  await servers[Symbol.asyncDispose]();
  expect(await processesIn(root)).toEqual([]);
});

test("what a server pushes counts like what it answers", async () => {
  const { ask, put } = await openLanguageDesk(fakeProject("push"), trusted);
  expect((await ask(check)).text).toBe("a.txt: 1 error\nerror 2:5 bad word [fake]");
  await put("a.txt", "all good\n");
  expect((await ask(check)).text).toBe("a.txt: no errors or warnings.");
});

test("a server that dies before it has said a word is told with its reason, and gone", async () => {
  const { ask, status, root } = await openLanguageDesk(fakeProject("die-at-start"), trusted);
  const why = "ended with exit code 3: fatal: cannot go on";
  expect(await ask(hover)).toMatchObject({ refused: true, text: expect.stringContaining(why) });
  expect(await status()).toMatchObject([{ id: "fake", state: "error", error: why }]);
  expect(await processesIn(root)).toEqual([]);
});

test("log lines before the first message are read over", async () => {
  const { ask } = await openLanguageDesk(fakeProject("log-lines"), trusted);
  expect((await ask(check)).text).toContain("1 error");
});

// Reaches messageDepthMax.
test.each([
  ["garbage", "wrote something that is no message"],
  ["huge", "announced a message of 1000000000000 bytes"],
  ["deep", "nests deeper than 200 levels"],
  ["flood", "says more than anybody could use"],
])("a server that answers with %s after its start is ended, and others are not held up", async (word, why) => {
  const { ask, status, root } = await openLanguageDesk(fakeProject(word, "child"), trusted);
  await ask(check);
  await until(async () => (await status())[0]?.state === "error");
  expect(await status()).toMatchObject([{ error: expect.stringContaining(why) }]);
  expect(await processesIn(root)).toEqual([]);
});

test("a server that dies at a question is told, rests, and is started again after its rest", async () => {
  const clock = new SkippingClock();
  const { ask, put, root } = await openLanguageDesk(fakeProject("die-at-hover"), { ...trusted, clock });
  expect((await ask(hover)).text).toContain("ended with exit code 2: panic: nil pointer");
  expect((await ask(check)).text).toContain("started again in 1 s at the earliest");
  clock.skip(1_000);
  expect((await ask(check)).text).toBe("a.txt: 1 error\nerror 2:5 bad word [fake]");
  await put("a.txt", "");
  expect((await ask(check)).text).toBe("a.txt: no errors or warnings.");
  expect(await processesIn(root)).not.toEqual([]);
});

test("a server that fails again and again is left alone for longer and longer, then for long", async () => {
  const clock = new SkippingClock();
  const { ask, log } = await openLanguageDesk(fakeProject("die-at-start"), { ...trusted, clock });
  const pauses: string[] = [];
  for (let n = 0; n < 6; n++) {
    await ask(hover);
    const { text } = await ask(hover);
    pauses.push(/in (\d+) s/.exec(text)?.[1] ?? text);
    clock.skip(Number(pauses.at(-1)) * 1_000);
  }
  expect(pauses).toEqual(["1", "2", "4", "8", "16", "600"]);
  expect(log.told("server-broke")).toHaveLength(6);
});

test("a server that hangs at initialize is given up in its time", async () => {
  const clock = new SkippingClock();
  const { ask, root } = await openLanguageDesk(fakeProject("hang-initialize", "child"), { ...trusted, clock });
  const asked = ask(hover);
  await until(async () => (await processesIn(root)).length > 0);
  clock.skip(29_000);
  expect((await processesIn(root)).length).toBeGreaterThan(0);
  clock.skip(1_000);
  expect((await asked).text).toContain("did not answer initialize within 30 s");
  expect(await processesIn(root)).toEqual([]);
});

test("a caller that stops waits no longer, and the server goes on starting for others", async () => {
  const { ask, root, servers } = await openLanguageDesk(fakeProject("hang-initialize"), trusted);
  const stop = new AbortController();
  const asked = ask(hover, stop.signal);
  await until(async () => (await processesIn(root)).length > 0);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ kind: "cancelled" });
  expect(await processesIn(root)).not.toEqual([]);
  await servers[Symbol.asyncDispose]();
  expect(await processesIn(root)).toEqual([]);
});

// Reaches silencesMax.
test("a question that is not answered ends in its time, and after three the server is ended", async () => {
  const { ask, root, status } = await openLanguageDesk(fakeProject("hang-requests"), { ...trusted, bounds: { requestMs: 100 } });
  for (let n = 0; n < 3; n++) expect((await ask(hover)).text).toContain("did not answer textDocument/hover within 0.1 s");
  await until(async () => (await status())[0]?.state === "error");
  expect(await status()).toMatchObject([{ error: "does not answer any more" }]);
  expect(await processesIn(root)).toEqual([]);
});

test("a server that hangs at shutdown, and starts processes that ignore signals, is killed with them", async () => {
  const { ask, root, servers } = await openLanguageDesk(fakeProject("hang-shutdown", "child"), { ...trusted, bounds: { shutdownMs: 50 } });
  await ask(hover);
  await servers[Symbol.asyncDispose]();
  expect(await processesIn(root)).toEqual([]);
});

test("wrong ids, answers without shape and requests with one id twice change nothing", async () => {
  const odd = await openLanguageDesk(fakeProject("wrong-ids", "flood-requests"), trusted);
  for (let n = 0; n < 3; n++) expect((await odd.ask(check)).text).toBe("a.txt: 1 error\nerror 2:5 bad word [fake]");
  const shapeless = await openLanguageDesk(fakeProject("odd-shapes"), trusted);
  for (const action of ["hover", "definition", "references", "symbols", "rename_preview", "diagnostics"]) {
    const { text } = await shapeless.ask({ action, path: "a.txt", symbol: "one", newName: "x" });
    expect(text).toMatch(/says nothing|No definition|No use|no symbols|cannot rename|no errors/);
  }
});

test("a server that takes too much memory is ended", async () => {
  const clock = new SkippingClock();
  const { ask, root, status } = await openLanguageDesk(fakeProject("memory"), {
    ...trusted,
    clock,
    bounds: { memoryBytesMax: 256 * 1024 * 1024 },
  });
  await ask(hover);
  clock.skip(2_000);
  await until(async () => (await status())[0]?.state === "error");
  expect(await status()).toMatchObject([{ error: "took more than 256 MiB of memory" }]);
  expect(await processesIn(root)).toEqual([]);
});

test("a server that nobody asks ends by itself, and starts again when it is asked", async () => {
  const clock = new SkippingClock();
  const { ask, root, status } = await openLanguageDesk(fakeProject(), { ...trusted, clock });
  await ask(hover);
  clock.skip(598_000);
  expect(await status()).toMatchObject([{ state: "connected" }]);
  clock.skip(2_000);
  await until(async () => (await processesIn(root)).length === 0);
  expect(await status()).toMatchObject([{ state: "not-started" }]);
  expect((await ask(hover)).refused).toBe(false);
});

test("beyond the number of servers the one that is idle longest goes; when all are busy the next is refused", async () => {
  const { ask, put, root, status } = await openLanguageDesk(fakeProject(), { ...trusted, bounds: { serversMax: 1 } });
  await put("b/x.md", "bad\n");
  const servers = { fake: { command: [process.execPath, "x"], extensions: [".txt"] } };
  const [command] = [JSON.parse(fakeProject()[".dispatch/lsp.json"] ?? "").servers.fake.command];
  await put(
    ".dispatch/lsp.json",
    JSON.stringify({
      servers: { fake: { ...servers.fake, command }, other: { command: [...command, "hang-requests"], extensions: [".md"] } },
    }),
  );
  await ask(hover);
  const other = ask({ action: "hover", path: "b/x.md", symbol: "bad" }, AbortSignal.timeout(5_000));
  await until(async () => (await status()).some(({ id, state }) => id === "other" && state === "connected"));
  expect(await status()).toMatchObject([{ id: "fake", state: "not-started" }, { id: "other" }]);
  expect((await ask(hover)).text).toContain("1 language servers are at work");
  await other.catch(() => {});
  expect(await processesIn(root)).not.toEqual([]);
});

test("where a folder is trusted no longer, what runs there ends, and elsewhere it goes on", async () => {
  const here = await openLanguageDesk(fakeProject("child"), trusted);
  await here.ask({ action: "hover", path: "a.txt", symbol: "one" });
  here.servers.endIn(`${here.root}-other`);
  expect((await processesIn(here.root)).length).toBeGreaterThan(0);
  here.servers.endIn(here.root);
  expect(here.servers.orders()).toEqual([]);
  await until(async () => (await processesIn(here.root)).length === 0);
});
