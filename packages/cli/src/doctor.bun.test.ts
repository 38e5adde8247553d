import { Database } from "bun:sqlite";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DoctorCheck } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { damage, writeDatabase } from "./database.fixture.ts";
import { temporaryFolder } from "./hostile-folder.fixture.ts";
import { closedPort, runCommand } from "./process.fixture.ts";
import { json, refusal, serve } from "./server.fixture.ts";

const report = (over: object = {}) =>
  json({ version: "1.0.0", protocol: 1, runtime: "Bun 1", now: Date.now(), database: ":memory:", schemaVersion: 1, checks: [], ...over });

async function examine(env: { readonly [name: string]: string }, ...words: readonly string[]) {
  const { stdout, stderr, exitCode } = await runCommand(["doctor", "--json", ...words], {
    env: { DISPATCH_ENV_FILE: "/nowhere/env", ...env },
  });
  const { ok, checks } = JSON.parse(stdout || "{}") as { ok: boolean; checks: readonly DoctorCheck[] };
  return { stdout, stderr, exitCode, ok, of: (id: string) => checks.find((check) => check.id.startsWith(id)) };
}
const down = () => ({ BACKEND_PORT: String(closedPort()), SURFACE_WS_PORT: String(closedPort()) });

test("with the server down the machine is looked at, and nothing has failed", async () => {
  await using folder = await temporaryFolder();
  const database = join(folder.path, "dispatch.db");
  writeDatabase(database, ["a", "b"]);
  const { of, ok, exitCode } = await examine({ ...down(), DISPATCH_DB: database, DISPATCH_JOURNAL: join(folder.path, "none") });
  expect([ok, exitCode]).toEqual([true, 0]);
  expect(of("server")).toMatchObject({ status: "warn", hint: expect.stringContaining("bin/up") });
  expect(of("database")).toMatchObject({ status: "ok", detail: expect.stringContaining("whole: 2 entries") });
  expect(of("ports.")).toMatchObject({ status: "ok", detail: expect.stringContaining("is free") });
  expect(of("disk")?.detail).toContain(folder.path);
  expect(of("tools.git")).toBeDefined();
  expect(await Array.fromAsync(new Bun.Glob("*").scan(folder.path))).toEqual(["dispatch.db"]);
});

test("what only the log of a running or killed server holds is looked at too", async () => {
  await using folder = await temporaryFolder();
  const database = join(folder.path, "dispatch.db");
  writeDatabase(database, ["a"]);
  using live = new Database(database);
  live.run("PRAGMA journal_mode = WAL");
  live.run("INSERT INTO entry VALUES (1, 'late', '1')");
  expect((await examine({ ...down(), DISPATCH_DB: database })).of("database")?.detail).toContain("whole: 2 entries");
});

test("a damaged database, one of another program, and a taken port fail with what to do", async () => {
  await using folder = await temporaryFolder();
  const database = join(folder.path, "dispatch.db");
  writeDatabase(
    database,
    Array.from({ length: 200 }, (_, n) => `k${n}`),
  );
  damage(database);
  using other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("I am a printer.") });
  const { of, ok, exitCode } = await examine({ ...down(), SURFACE_WS_PORT: String(other.port), DISPATCH_DB: database });
  expect([ok, exitCode]).toEqual([false, 1]);
  expect(of("database")).toMatchObject({ status: "fail", hint: expect.stringContaining("dispatch restore") });
  expect(of(`ports.${other.port}`)).toMatchObject({ status: "fail", hint: expect.stringContaining("SURFACE_WS_PORT") });
  writeFileSync(database, "text".repeat(2_000));
  expect((await examine({ ...down(), DISPATCH_DB: database })).of("database")).toMatchObject({ status: "fail" });
  expect((await examine({ ...down(), DISPATCH_DB: join(folder.path, "none.db") })).of("database")).toMatchObject({ status: "ok" });
});

test("a file of secrets that others may read fails, with its name and never its content", async () => {
  await using folder = await temporaryFolder();
  const env = join(folder.path, "env");
  writeFileSync(env, "DISPATCH_API_KEY=sk-very-secret\nDISPATCH_DB='/nowhere/at/all.db' # a remark\nthis line is nonsense\n");
  for (const [mode, status] of [
    [0o644, "fail"],
    [0o640, "warn"],
    [0o600, "ok"],
  ] as const) {
    chmodSync(env, mode);
    const { of, stdout } = await examine({ ...down(), DISPATCH_ENV_FILE: env });
    expect(of(`secrets.${env}`)).toMatchObject({ status });
    expect(of("database")?.detail).toContain("/nowhere/at/all.db");
    expect(stdout).not.toContain("sk-very");
  }
});

test("the server's own checks come along, and one that fails is the exit code; remote servers are asked, and this machine is not", async () => {
  const hostile = { id: "provider.x", status: "fail", detail: "It\u001b[2J fails.", hint: "Mend it." };
  using server = serve({
    "GET /health": () => json({ ok: true, journal: { written: 5, dropped: 2 }, collector: { state: "given-up", restarts: 5 } }),
    "GET /doctor": () => report({ now: Date.now() - 3_600_000, protocol: 2, checks: [hostile] }),
  });
  const { of, exitCode } = await examine({}, "--server", server.url);
  expect(exitCode).toBe(1);
  expect(of("provider.x")).toEqual(hostile);
  expect(of("journal")).toMatchObject({ status: "warn", detail: expect.stringContaining("2 records") });
  expect(of("collector")).toMatchObject({ status: "warn", detail: expect.stringContaining("given-up") });
  expect(of("clock.skew")).toMatchObject({ status: "warn", detail: expect.stringMatching(/3[56]\d\d s behind/) });
  expect(of("versions")).toMatchObject({ status: "fail" });
  const text = await runCommand(["doctor", "--server", server.url]);
  expect(text.stdout).toContain("FAIL  provider.x: It");
  expect(text.stdout).toContain("→ Mend it.");
  expect((await runCommand(["doctor", "--text", "--json"])).exitCode).toBe(2);
});

test("a server that lets nobody in, and one of an older version, are told apart", async () => {
  const alive = { "GET /health": () => json({ ok: true }) };
  using closed = serve({
    ...alive,
    "GET /doctor": () => refusal(403, { error: "No token.", code: "transport-http/no-token", kind: "denied" }),
  });
  expect((await examine({}, "--server", closed.url)).of("server")).toMatchObject({
    status: "fail",
    hint: expect.stringContaining("DISPATCH_TOKEN"),
  });
  using older = serve(alive);
  expect((await examine({}, "--server", older.url)).of("server")).toMatchObject({
    status: "fail",
    hint: expect.stringContaining("upgrade"),
  });
  using printer = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("I am a printer.") });
  expect((await examine({}, "--server", `http://127.0.0.1:${printer.port}`)).of("server")).toMatchObject({ status: "fail" });
});
