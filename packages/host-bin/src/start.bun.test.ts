import { Database } from "bun:sqlite";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "./server.ts";

const root = resolve(import.meta.dirname, "../../..");

async function tempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-start-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Started {
  readonly url: string;
  readonly socketUrl: string;
  readonly printed: string;
  readonly complained: string;
  readonly environment: { [name: string]: string | undefined };
}

async function start(folder: string, environment: { [name: string]: string | undefined } = {}, port = 0): Promise<Started> {
  const said = { printed: "", complained: "" };
  const given = { DISPATCH_DB: join(folder, "data/dispatch.db"), ...environment };
  const server = await startServer({
    environment: given,
    cwd: folder,
    dotenvPath: join(folder, ".env"),
    port,
    print: (text) => {
      said.printed += text;
    },
    complain: (text) => {
      said.complained += text;
    },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { url: server.url, socketUrl: server.socketUrl, ...said, environment: given };
}

test("the banner says where to ask, a line to try, and where data lies", async () => {
  const folder = await tempFolder();
  const { url, socketUrl, printed } = await start(folder);
  expect(printed).toContain(`listening on ${url}\n`);
  expect(printed).toContain(`socket ${socketUrl}\n`);
  expect(printed).toContain(`curl -N ${url}/chat`);
  expect(printed).toContain(join(folder, "data/dispatch.db"));
  expect(printed).toContain("offline/assistant (no language model");
});

test("a second server on one database is refused with the first one's pid, and harms nothing", async () => {
  const folder = await tempFolder();
  const { url } = await start(folder);
  await expect(start(folder)).rejects.toMatchObject({
    code: "storage-sqlite/locked",
    kind: "unavailable",
    message: expect.stringContaining(String(process.pid)),
  });
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test("a port that is taken is named, with what to do", async () => {
  const [one, two] = [await tempFolder(), await tempFolder()];
  const { url } = await start(one);
  const port = Number(new URL(url).port);
  await expect(start(two, {}, port)).rejects.toMatchObject({ code: "kernel/boot-failed", message: expect.stringContaining(String(port)) });
});

test("a port of the WebSocket that is taken is named, with the setting to change", async () => {
  const folder = await tempFolder();
  const taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  onTestFinished(() => taken.stop(true));
  const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  free.stop(true);
  const refused = await main(folder, [], { BACKEND_PORT: String(free.port), SURFACE_WS_PORT: String(taken.port) });
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`Port ${taken.port} of 127.0.0.1 is taken`) });
  expect(refused.err).toContain("set SURFACE_WS_PORT to another port");
});

test("an address that other machines can reach needs a token", async () => {
  const folder = await tempFolder();
  await expect(start(folder, { DISPATCH_HOST: "0.0.0.0" })).rejects.toMatchObject({ message: expect.stringContaining("DISPATCH_TOKEN") });
  await start(folder, { DISPATCH_HOST: "0.0.0.0", DISPATCH_TOKEN: "a-long-enough-token" });
});

test("a newer database and a damaged one are refused, and left as they are", async () => {
  const folder = await tempFolder();
  const { url } = await start(folder);
  expect(url).toContain("127.0.0.1");
  const path = join(folder, "other/dispatch.db");
  await mkdir(join(folder, "other"));
  await writeFile(path, "this is no database, and was never one".repeat(100));
  await expect(start(folder, { DISPATCH_DB: path })).rejects.toMatchObject({ message: expect.stringContaining(path) });
  expect(await readFile(path, "utf8")).toContain("never one");
});

test("a schema of a newer Dispatch is refused with what to do", async () => {
  const folder = await tempFolder();
  const path = join(folder, "data/dispatch.db");
  const environment = { DISPATCH_DB: path };
  const server = await startServer({ environment, cwd: folder, dotenvPath: "", port: 0, print() {}, complain() {} });
  await server[Symbol.asyncDispose]();
  const db = new Database(path);
  db.run("PRAGMA user_version = 999");
  db.close();
  await expect(start(folder)).rejects.toMatchObject({ code: "storage-sqlite/newer-schema", message: expect.stringContaining("999") });
});

test("a name in .env that is no setting is refused with the nearest that is; the environment wins over .env", async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, ".env"), "DISPATCH_MODLE=x\nnonsense\n");
  await expect(start(folder)).rejects.toMatchObject({
    code: "host-bin/bad-dotenv",
    message: expect.stringMatching(/line 2 .*DISPATCH_MODLE .*DISPATCH_MODEL/s),
  });
  await writeFile(join(folder, ".env"), "DISPATCH_MODEL=from-file\nDISPATCH_API_KEY=a-key-from-the-file\n");
  const { printed } = await start(folder, { DISPATCH_MODEL: "from-environment" });
  expect(printed).toContain("opencode/from-environment");
});

test("a .env that cannot be read is refused in a sentence", async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, ".env"));
  await expect(start(folder)).rejects.toMatchObject({
    kind: "denied",
    code: "host-bin/unreadable-dotenv",
    message: expect.stringContaining("EISDIR"),
  });
});

test("why a server did not start stands there with kind and code, and without a stack", async () => {
  const folder = await tempFolder();
  const taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  onTestFinished(() => taken.stop(true));
  const database = { DISPATCH_DB: join(folder, "d.db") };
  const badSetting = await main(folder, [], { ...database, DISPATCH_DB_DURABILITY: "full" });
  expect(badSetting).toMatchObject({ code: 1, out: "" });
  expect(badSetting.err).toMatch(/^Dispatch did not start: DISPATCH_DB_DURABILITY takes .* \(invalid, host-bin\/bad-setting\)\n$/);
  const noPort = await main(folder, [], { ...database, BACKEND_PORT: String(taken.port) });
  expect(noPort.err).toMatch(/\n {2}transport-http failed: Port \d+ .* \(conflict, transport-http\/port-taken\)\n/);
  expect(noPort.err).not.toMatch(/stack=| at .*\.ts:/);
});

test("an unknown DISPATCH_ variable is warned about, and secrets leave the environment", async () => {
  const folder = await tempFolder();
  const { complained, environment } = await start(folder, { DISPATCH_DBB: "x", DISPATCH_API_KEY: "a-secret-key" });
  expect(complained).toContain("DISPATCH_DBB is no setting of Dispatch; did you mean DISPATCH_DB?");
  expect(complained).not.toContain("a-secret-key");
  expect(environment.DISPATCH_API_KEY).toBeUndefined();
});

async function main(folder: string, args: readonly string[], environment: { readonly [name: string]: string } = {}) {
  const child = Bun.spawn(["sh", `${root}/bin/bun`, `${root}/packages/host-bin/src/main.ts`, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  return { out, err, code };
}

test("the server's entry explains itself, refuses arguments, and does not start with a sentence instead of a stack", async () => {
  const folder = await tempFolder();
  expect(await main(folder, ["--help"])).toMatchObject({ code: 0, err: "", out: expect.stringContaining("usage: dispatch-server") });
  expect(await main(folder, ["--prot", "1"])).toMatchObject({ code: 2, err: expect.stringContaining("--prot") });
  const refused = await main(folder, [], { DISPATCH_BASE_URL: "nonsense" });
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("DISPATCH_BASE_URL takes an http or https URL") });
  expect(refused.err).not.toContain("    at ");
});
