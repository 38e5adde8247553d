import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boot, type Extension } from "@dispatch/kernel";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { type ModelServer, RecordingLog, startModelServer, textAnswer } from "@dispatch/testkit";
import { HttpAddress } from "@dispatch/transport-http/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { bootOptions } from "./compose.ts";
import { readSettings } from "./settings.ts";

let model: ModelServer;
let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-without-")));
  model = await startModelServer({ script: () => textAnswer(["Hello."]) });
});
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The server's own composition without one extension, and one turn through its door. */
async function tryWithout(left: string | undefined) {
  const dataDir = await mkdtemp(join(folder, "data-"));
  const environment = { DISPATCH_API_KEY: "a-key-of-the-tests", DISPATCH_BASE_URL: model.url, DISPATCH_MODEL: "scripted" };
  const settings = { ...readSettings(environment), port: 0, socketPort: 0 };
  await using database = await openSqliteStorage({ path: join(dataDir, "dispatch.db"), durability: "process" });
  const log = new RecordingLog();
  const whole = bootOptions(settings, { database, storage: database, clock: systemClock, log, cwd: folder, dataDir });
  const { [left ?? ""]: _, ...config } = whole.config;
  await using kernel = await boot({ ...whole, config, extensions: whole.extensions.filter(({ id }) => id !== left) });
  const answer = await fetch(`${kernel.use(HttpAddress).url}/chat`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "List the files here" }),
  });
  const events = (await answer.text()).trimEnd().split("\n");
  return { report: kernel.report, events: events.map((line) => JSON.parse(line) as { readonly type: string; readonly reason?: string }) };
}

const composition = await (async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "dispatch-list-"));
  await using database = await openSqliteStorage({ path: join(dataDir, "dispatch.db"), durability: "process" });
  const surroundings = { database, storage: database, clock: systemClock, log: new RecordingLog(), cwd: dataDir, dataDir };
  const { extensions } = bootOptions(readSettings({}), surroundings);
  await rm(dataDir, { recursive: true });
  return extensions;
})();

/** Everything that stands on it, directly or not. */
function dependentsOf(id: string): readonly string[] {
  const found = new Set([id]);
  const grows = ({ id: candidate, dependsOn }: Extension) => !found.has(candidate) && dependsOn.some((needed) => found.has(needed));
  for (let next = composition.find(grows); next !== undefined; next = composition.find(grows)) found.add(next.id);
  found.delete(id);
  return [...found].sort();
}

test("with every extension, all are active and a turn runs", async () => {
  const { report, events } = await tryWithout(undefined);
  expect([report.order.length, report.failed, report.skipped]).toEqual([composition.length, [], []]);
  expect(events.at(-1)?.type).toBe("turn-sealed");
});

for (const { id } of composition.filter(({ tier }) => tier === "standard"))
  test(`without ${id} the rest boots and a turn runs`, async () => {
    const { report, events } = await tryWithout(id);
    // What names it in its manifest fails for that alone, and what stands on those is skipped.
    expect(report.failed.filter(({ fault }) => fault.code !== "kernel/bad-manifest")).toEqual([]);
    expect([...report.failed, ...report.skipped].map((left) => left.id).sort()).toEqual(dependentsOf(id));
    expect(events.filter(({ type }) => type === "error")).toEqual([]);
    expect(events.slice(-2)).toMatchObject([{ type: "done", reason: "stop" }, { type: "turn-sealed" }]);
  });
