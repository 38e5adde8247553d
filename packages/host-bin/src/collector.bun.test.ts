import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { silentLog } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import { openTraceStore, type TraceStore } from "@dispatch/trace-store";
import { expect, onTestFinished, test } from "vitest";
import { eventsOf } from "./api.fixture.ts";
import { CollectorSupervisor } from "./collector-supervisor.ts";
import { startComposition } from "./composition.fixture.ts";
import { observability } from "./observability.ts";
import { freePorts, fromSource, type ServerProcess, startServerProcess } from "./server-process.fixture.ts";

const root = resolve(import.meta.dirname, "../../..");
const main = `${root}/packages/host-bin/src/main.ts`;

/** The server as a person starts it, with its collector, in a folder of its own. */
async function startWhole(folder: string, environment: { readonly [name: string]: string } = {}): Promise<ServerProcess> {
  const server = await startServerProcess(folder, { ...freePorts(), ...environment }, fromSource(main));
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

async function tempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-collector-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

interface Health {
  readonly ok: boolean;
  readonly collector: { readonly state: string; readonly restarts: number };
}
const health = async ({ url }: ServerProcess): Promise<Health> => (await (await fetch(`${url}/health?verbose=1`)).json()) as Health;

async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const giveUpAt = performance.now() + 30_000; ; await Bun.sleep(20)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > giveUpAt) throw new Error(`it did not come about: ${JSON.stringify(seen)}`);
  }
}

async function chat({ url }: ServerProcess, message: string): Promise<string> {
  const response = await fetch(`${url}/chat`, { method: "POST", body: JSON.stringify({ message }) });
  const events = eventsOf(await response.text());
  const sealed = events.find(({ type }) => type === "turn-sealed");
  if (sealed === undefined || !("turnId" in sealed)) throw new Error("the turn was not sealed");
  return String(sealed.turnId);
}

async function withTraces<T>(folder: string, look: (store: TraceStore) => T): Promise<T> {
  await using store = await openTraceStore(join(folder, ".dispatch-data/traces.db"), { readonly: true });
  return look(store);
}

/** Of the processes whose parent is the server: the one that collects. */
async function collectorOf({ pid }: ServerProcess): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ");
  for (const child of children)
    if ((await readFile(`/proc/${child}/cmdline`, "utf8").catch(() => "")).includes("\0collect\0")) return Number(child);
  return 0;
}

/** A process that has ended and that nobody has asked about yet is still listed. */
async function alive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

test("the server's journal is collected while it runs, and read to its end when it leaves; secrets stay with the server", async () => {
  const folder = await tempFolder();
  const server = await startWhole(folder, { DISPATCH_TOKEN: "a-long-enough-token", OPENAI_API_KEY: "sk-of-nobody" });
  await until(
    () => health(server),
    ({ collector }) => collector.state === "running",
  );
  const pid = await until(
    () => collectorOf(server),
    (found) => found !== 0,
  );
  const environment = await readFile(`/proc/${pid}/environ`, "utf8");
  expect(environment).not.toMatch(/a-long-enough-token|sk-of-nobody|DISPATCH_/);
  process.kill(server.pid, "SIGTERM");
  expect(await server.exited).toBe(0);
  expect(await alive(pid)).toBe(false);
  const journal = (await readFile(join(folder, ".dispatch/journal/app.ndjson"), "utf8")).trimEnd().split("\n");
  await withTraces(folder, (store) => expect(store.stats().records).toBe(new Set(journal).size));
});

test("a turn can be looked at afterwards, as far as it was journaled, also when the collector was killed in its middle", async () => {
  const folder = await tempFolder();
  const server = await startWhole(folder);
  const pid = await until(
    () => collectorOf(server),
    (found) => found !== 0,
  );
  const asked = chat(server, "List the files here");
  process.kill(pid, "SIGKILL");
  const turnId = await asked;
  const { collector } = await until(
    () => health(server),
    ({ collector: { state, restarts } }) => state === "running" && restarts > 0,
  );
  expect(collector.restarts).toBe(1);
  await until(
    // The killed one may not have come as far as its database.
    () => withTraces(folder, (store) => store.turns({ limit: 1 })).catch(() => []),
    ([turn]) => turn?.turnId === turnId && turn.status === "ok",
  );
  expect(await collectorOf(server)).not.toBe(pid);
});

test("a server that is killed takes its collector with it, once that has read what was left", async () => {
  const folder = await tempFolder();
  const server = await startWhole(folder);
  const pid = await until(
    () => collectorOf(server),
    (found) => found !== 0,
  );
  const turnId = await chat(server, "List the files here");
  process.kill(server.pid, "SIGKILL");
  await until(
    () => alive(pid),
    (is) => !is,
  );
  await withTraces(folder, (store) => expect(store.turns({ limit: 1 }).map((turn) => turn.turnId)).toEqual([turnId]));
});

test("a collector that cannot work says why, is started again, and is nothing to the server", async () => {
  const folder = await tempFolder();
  const server = await startWhole(folder, { DISPATCH_TRACE_DB: join(folder, ".dispatch-data/dispatch.db") });
  expect(await server.complaint(/collector-ended/)).toContain("how=1 restartInMs=500");
  expect(server.errors()).toContain("dispatch.db is the database of another program. Name a file of its own with DISPATCH_TRACE_DB.");
  await until(
    () => health(server),
    ({ collector: { restarts } }) => restarts > 0,
  );
  await chat(server, "List the files here");
  process.kill(server.pid, "SIGTERM");
  expect(await server.exited).toBe(0);
});

test("a collector that is given up is a row of the loaded extensions and a field of the verbose health, as soon as it is", async () => {
  const clock = new FakeClock();
  const start = () => ({ pid: 0, exited: Promise.resolve(1), kill() {} });
  const supervisor = new CollectorSupervisor({ clock, log: silentLog, start });
  await using server = await startComposition({ others: [observability(supervisor)] });
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`);
  onTestFinished(() => socket.close());
  const shown: string[] = [];
  socket.onmessage = ({ data }) => shown.push(String(data));
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.send(JSON.stringify({ type: "subscribe", surfaceId: "loaded-extensions" }));
  await until(
    () => shown.at(-1) ?? "",
    (frame) => frame.includes('["observability-collector","1.0.0","process","not started"]'),
  );
  supervisor.begin();
  await clock.advance(60_000);
  await until(
    () => shown.at(-1) ?? "",
    (frame) => frame.includes("failed: it ended again and again"),
  );
  const answer = (await (await fetch(`${server.url}/health?verbose=1`)).json()) as Health;
  expect(answer).toMatchObject({ ok: true, collector: { state: "given-up", restarts: 5 } });
});

test("without a journal, or when nobody wants it, there is no collector", async () => {
  for (const environment of [{ DISPATCH_COLLECTOR: "off" }, { DISPATCH_JOURNAL: "/dev/null" }]) {
    const folder = await tempFolder();
    const server = await startWhole(folder, environment);
    expect((await health(server)).collector).toEqual({ state: "off", restarts: 0 });
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ ok: true });
    process.kill(server.pid, "SIGTERM");
    expect(await server.exited).toBe(0);
    expect(existsSync(join(folder, ".dispatch-data/traces.db"))).toBe(false);
  }
});

test("the sub-command explains itself and refuses wrong arguments", async () => {
  const folder = await tempFolder();
  const run = async (...args: readonly string[]) => {
    const child = Bun.spawn([...fromSource(main), "collect", ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
    return { out, err, code };
  };
  expect(await run("--help")).toMatchObject({ code: 0, err: "", out: expect.stringContaining("--prune-interval-ms") });
  expect(await run()).toMatchObject({ code: 2, out: "", err: expect.stringContaining("--journal is missing") });
  expect(await run("--journal", "j", "--parent", "1")).toMatchObject({ code: 0, err: "" });
});
