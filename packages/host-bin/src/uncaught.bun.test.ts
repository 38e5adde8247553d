import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contentChunk, doneEvent, finishChunk, startModelServer } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { eventsOf } from "./api.fixture.ts";
import { freePorts, fromSource, startServerProcess } from "./server-process.fixture.ts";

const rogue = `
setTimeout(() => { throw new Error("thrown late"); }, 1);
void (async () => { await 1; throw new Error("rejected late"); })();
export {};
`;

test("what an extension throws where nobody catches is journaled under its name, and the turn that runs is sealed", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-uncaught-")));
  const gate = Promise.withResolvers<void>();
  await using model = await startModelServer({
    script: () => ({ steps: [contentChunk("Half, "), { until: gate.promise }, contentChunk("whole."), finishChunk("stop"), doneEvent] }),
  });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "packages/extensions/rogue/src/index.ts");
  await Bun.write(file, rogue);
  await Bun.write(join(folder, "env"), "");
  const journal = join(folder, "journal/app.ndjson");
  const environment = {
    ...freePorts(),
    ROGUE_FILE: file,
    DISPATCH_ENV_FILE: join(folder, "env"),
    DISPATCH_API_KEY: "k",
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_DB: join(folder, "data/dispatch.db"),
    DISPATCH_TRACE_DB: join(folder, "data/traces.db"),
    DISPATCH_JOURNAL: journal,
  };
  await using server = await startServerProcess(folder, environment, fromSource(resolve(import.meta.dirname, "rogue-server.fixture.ts")));
  const body = JSON.stringify({ message: "Hi" });
  const answer = fetch(`${server.url}/chat`, { method: "POST", headers: { "content-type": "application/json" }, body });
  await model.request(1);
  process.kill(server.pid, "SIGUSR2");
  await server.complaint(/error rogue: uncaughtException .*thrown late/);
  gate.resolve();
  const seen = eventsOf(await (await answer).text());
  expect(seen.find(({ type }) => type === "done")).toMatchObject({ reason: "stop" });
  expect(seen.at(-1)?.type).toBe("turn-sealed");
  process.kill(server.pid, "SIGTERM");
  expect(await server.exited).toBe(0);
  const records = (await readFile(journal, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly extensionId: string; readonly msg?: string });
  const told = records.filter(({ extensionId }) => extensionId === "rogue").map(({ msg }) => msg);
  expect(told.toSorted()).toEqual(["uncaughtException", "unhandledRejection"]);
});
