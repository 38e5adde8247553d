import { Database } from "bun:sqlite";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inline, png } from "@dispatch/images/fixture";
import { startModelServer, textAnswer } from "@dispatch/testkit";
import type { StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";
import { startServerProcess } from "./server-process.fixture.ts";

async function temporaryFolder() {
  const path = await realpath(await mkdtemp(join(tmpdir(), "dispatch-backup-")));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
const post = (url: string, body: object) => fetch(url, { method: "POST", body: JSON.stringify(body) });

test("a backup is one file with everything, images included, for its user alone; nothing is overwritten unasked", async () => {
  await using folder = await temporaryFolder();
  await using api = await startApi(() => textAnswer(["Hello."]));
  await api.chat({ message: "Look", conversationId: "c", images: [{ url: inline(png(2, 2)) }] });
  const file = join(folder.path, "copy.db");
  expect(await api.send("POST", "/backup", { file })).toMatchObject({ status: 200, body: { file, files: 1, schemaVersion: 1 } });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await api.send("POST", "/backup", { file })).toMatchObject({ status: 409, body: { code: "storage-sqlite/backup-exists" } });
  expect(await api.send("POST", "/backup", { file, force: true })).toMatchObject({ status: 200 });
  for (const bad of ["copy.db", "/etc/passwd", "", "/nowhere/at/all/copy.db", join(api.folder, "data/dispatch.db")])
    expect(await api.send("POST", "/backup", { file: bad, force: true })).toMatchObject({ status: 400 });
  using db = new Database(file, { readonly: true });
  expect(db.query("SELECT path FROM backup_file").values().flat()).toEqual([
    expect.stringMatching(/^images\/[0-9a-f]{64}\/[0-9a-f]{64}\.png$/),
  ]);
});

test("a backup under load is of one moment: every log in it is whole, and a server takes up what was running", async () => {
  await using folder = await temporaryFolder();
  await using model = await startModelServer({ script: () => textAnswer(Array.from({ length: 30 }, (_, n) => `piece ${n} `)) });
  const environment = { DISPATCH_API_KEY: "k", DISPATCH_BASE_URL: model.url, DISPATCH_MODEL: "scripted" };
  const file = join(folder.path, "copy.db");
  {
    await using server = await startServerProcess(folder.path, { ...environment, DISPATCH_DB: join(folder.path, "data/dispatch.db") });
    let over = false;
    const talking = Array.from({ length: 6 }, async (_, n) => {
      for (let turn = 0; !over; turn++)
        await (await post(`${server.url}/chat`, { message: `turn ${turn}`, conversationId: `c${n}` })).text();
    });
    await expect
      .poll(async () => ((await (await fetch(`${server.url}/conversations/c0`)).json()) as { latestSeq: number }).latestSeq, {
        timeout: 10_000,
      })
      .toBeGreaterThan(3);
    expect((await post(`${server.url}/backup`, { file })).status).toBe(200);
    over = true;
    await Promise.all(talking);
  }
  await using server = await startServerProcess(folder.path, { ...environment, DISPATCH_DB: file });
  for (let n = 0; n < 6; n++) {
    const path = `${server.url}/conversations/c${n}`;
    await (await fetch(`${path}/last`)).text();
    const { chunks } = (await (await fetch(path)).json()) as { chunks: readonly StoredChunk[] };
    expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index + 1));
    expect(chunks.filter(({ role }) => role === "user").length).toBeGreaterThan(0);
    const { turns } = (await (await fetch(`${path}/metrics`)).json()) as { turns: readonly unknown[] };
    expect(turns.length).toBe(chunks.filter(({ role }) => role === "user").length);
  }
}, 60_000);

test("killed in the middle of a backup, nothing has its name, the database is as it was, and the next backup takes the rest away", async () => {
  await using folder = await temporaryFolder();
  const database = join(folder.path, "data/dispatch.db");
  const file = join(folder.path, "copy.db");
  await using model = await startModelServer({ script: () => textAnswer(["Hello."]) });
  const environment = { DISPATCH_API_KEY: "k", DISPATCH_BASE_URL: model.url, DISPATCH_MODEL: "scripted", DISPATCH_DB: database };
  {
    await using server = await startServerProcess(folder.path, environment);
    await (await post(`${server.url}/chat`, { message: "Hi", conversationId: "c" })).text();
    using db = new Database(database);
    db.run("PRAGMA busy_timeout = 5000");
    db.run(
      "INSERT INTO entry SELECT 999, 'ballast/' || value, hex(randomblob(40000)) FROM generate_series(1, 700)".replace(
        "generate_series(1, 700)",
        "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 700) SELECT value FROM n)",
      ),
    );
    const asked = post(`${server.url}/backup`, { file }).catch(() => "killed");
    const parts = () => readdirSync(folder.path).filter((name) => name.endsWith(".part"));
    while (!parts().some((name) => (statSync(join(folder.path, name), { throwIfNoEntry: false })?.size ?? 0) > 1_000_000))
      await Bun.sleep(1);
    process.kill(server.pid, "SIGKILL");
    expect(await asked).toBe("killed");
    expect([existsSync(file), parts().length]).toEqual([false, 1]);
  }
  await using server = await startServerProcess(folder.path, environment);
  expect(((await (await fetch(`${server.url}/conversations/c`)).json()) as { latestSeq: number }).latestSeq).toBe(2);
  expect((await post(`${server.url}/backup`, { file })).status).toBe(200);
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".part"))).toEqual([]);
}, 60_000);
