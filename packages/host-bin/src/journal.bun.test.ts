import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JournalRecord, parseRecord } from "@dispatch/journal-sink/record";
import { textAnswer } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { startApi, types } from "./api.fixture.ts";
import { startServer } from "./server.ts";

const recordsIn = async (path: string): Promise<readonly JournalRecord[]> =>
  (await readFile(path, "utf8"))
    .split("\n")
    .slice(0, -1)
    .map((line) => parseRecord(line) ?? expect.fail(line));

/** A server alone, in a folder of its own. */
async function startAlone(environment: { readonly [name: string]: string }) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-journal-")));
  const complaints: string[] = [];
  const server = await startServer({
    environment: { DISPATCH_DB: join(folder, "data/dispatch.db"), ...environment },
    cwd: folder,
    dotenvPath: join(folder, "none"),
    port: 0,
    print() {},
    complain: (text) => complaints.push(text),
  });
  return {
    folder,
    server,
    complaints,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test("what the server does is in its journal, debug lines and all, and the server tells how the journal is", async () => {
  await using api = await startApi([textAnswer(["Hello."])]);
  await api.chat({ message: "Hi" });
  const plain = await api.get("/health");
  expect(plain.body).toEqual({ ok: true });
  const verbose = await api.get<{ journal: { written: number } }>("/health?verbose=1");
  expect(verbose.body).toMatchObject({ ok: true, journal: { written: expect.any(Number), dropped: 0, waiting: expect.any(Number) } });
  const path = join(api.folder, ".dispatch/journal/app.ndjson");
  await expect.poll(async () => (await recordsIn(path)).length).toBeGreaterThan(0);
  expect(await recordsIn(path)).toContainEqual(expect.objectContaining({ extensionId: "host-bin", level: "info", msg: "started" }));
  await api.restart();
  const starts = async () => (await recordsIn(path)).filter((record) => record.kind === "log" && record.msg === "started").length;
  await expect.poll(starts).toBe(2);
});

test("no key and no token reaches the journal, by whatever way", async () => {
  const environment = { DISPATCH_API_KEY: 'key-with-"signs/of+all\\kinds', DISPATCH_TOKEN: "a-token-of-the-tests" };
  await using it = await startAlone({ ...environment, DISPATCH_JOURNAL: "journal.ndjson", DISPATCH_LOG_LEVEL: "error" });
  const { log } = it.server;
  for (const secret of [...Object.values(environment), "Bearer 0123456789abcdef", "sk-proj-0123456789abcdef0123"]) {
    log.info(
      `said ${secret}`,
      { value: secret, json: JSON.stringify({ secret }) },
      { body: JSON.stringify({ deep: JSON.stringify({ secret }) }) },
    );
    log.span("asked", { secret }, { body: secret }).end("error", { "error.message": secret });
  }
  await it.server.journal.flush();
  const text = await readFile(join(it.folder, "journal.ndjson"), "utf8");
  for (const part of ["key-with-", "of+all", "a-token-of", "0123456789"]) expect(text).not.toContain(part);
  expect(text.match(/\[masked\]/g)?.length).toBeGreaterThan(20);
});

test("a journal that cannot be opened costs one warning, and turns run on", async () => {
  await using it = await startAlone({ DISPATCH_JOURNAL: "." });
  expect(it.complaints).toEqual([expect.stringMatching(/^warn {2}host-bin: The journal .* cannot be written \(EISDIR.*DISPATCH_JOURNAL/)]);
  const body = JSON.stringify({ message: "Hi" });
  const answer = await fetch(`${it.server.url}/chat`, { method: "POST", headers: { "content-type": "application/json" }, body });
  const events = (await answer.text()).trimEnd().split("\n");
  expect(types(events.map((line) => JSON.parse(line))).slice(-2)).toEqual(["done", "turn-sealed"]);
  const health = (await (await fetch(`${it.server.url}/health?verbose=1`)).json()) as { journal: { written: number; dropped: number } };
  expect(health.journal.written).toBe(0);
  expect(health.journal.dropped).toBeGreaterThan(0);
  expect(it.complaints).toHaveLength(1);
});

test("segments have the size that the setting names, and a reload opens the journal anew", async () => {
  await using it = await startAlone({ DISPATCH_JOURNAL: "log/app.ndjson", DISPATCH_JOURNAL_MAX_BYTES: "4096" });
  await mkdir(join(it.folder, "old"));
  for (let count = 0; count < 100; count += 1) it.server.log.debug("x".repeat(100), { count });
  await it.server.journal.flush();
  expect((await recordsIn(join(it.folder, "log/app.ndjson.1"))).length).toBeGreaterThan(10);
  await rm(join(it.folder, "log/app.ndjson"));
  await it.server.reload();
  it.server.log.debug("after the reload");
  await it.server.journal.flush();
  expect(await recordsIn(join(it.folder, "log/app.ndjson"))).toMatchObject([{ msg: "after the reload" }]);
});
