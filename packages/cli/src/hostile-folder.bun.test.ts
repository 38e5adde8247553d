import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hostileFolder, temporaryFolder } from "./hostile-folder.fixture.ts";
import { closedPort, repository } from "./process.fixture.ts";
import { json, serve } from "./server.fixture.ts";

const env = { PATH: process.env.PATH };

test("a runtime that is started plainly falls into the traps, so the traps are real", async () => {
  await using hostile = await hostileFolder();
  await Bun.spawn([process.execPath, join(repository, "packages/cli/src/main.ts"), "--version"], { cwd: hostile.path, env }).exited;
  expect(await hostile.sprung()).toBe(true);
});

test.each([".", "node_modules", "packages/cli/src"])(
  "the client started in %s of a hostile folder does what it always does",
  async (below) => {
    await using hostile = await hostileFolder();
    using server = serve({ "GET /models": () => json({ models: ["a/b"] }) });
    const child = Bun.spawn([join(repository, "bin/dispatch"), "models"], {
      cwd: join(hostile.path, below),
      env: { ...env, BACKEND_PORT: String(server.port) },
      stderr: "pipe",
    });
    expect(await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])).toEqual(["a/b\n", "", 0]);
    expect(server.asked.map(({ authorization }) => authorization)).toEqual([null]);
    expect(await hostile.sprung()).toBe(false);
  },
);

/** The server runs from its sources, and as the one executable of an installation. */
const servers: { readonly [kind: string]: (folder: string) => Promise<readonly string[]> } = {
  "from its sources": async () => ["sh", join(repository, "bin/bun"), join(repository, "packages/host-bin/src/main.ts")],
  compiled: async (folder) => {
    const executable = join(folder, "dispatch-server");
    const build = Bun.spawn([join(repository, "bin/compile"), executable], { cwd: folder, env, stderr: "pipe" });
    expect([await build.exited, await build.stderr.text()]).toEqual([0, expect.any(String)]);
    return [executable];
  },
};

test.each(Object.keys(servers))("the server started in a hostile folder does what it always does (%s)", async (kind) => {
  await using hostile = await hostileFolder();
  await using data = await temporaryFolder();
  const command = (await servers[kind]?.(data.path)) ?? [];
  const port = closedPort();
  const child = Bun.spawn([...command], {
    cwd: hostile.path,
    env: {
      ...env,
      HOME: data.path,
      BACKEND_PORT: String(port),
      SURFACE_WS_PORT: String(closedPort()),
      DISPATCH_DB: join(data.path, "dispatch.db"),
    },
    stderr: "pipe",
  });
  onTestFinished(() => child.kill("SIGKILL"));
  let said = "";
  for await (const bytes of child.stdout) {
    said += new TextDecoder().decode(bytes);
    if (said.includes("\n")) break;
  }
  expect([said.split("\n", 1)[0], await hostile.sprung()]).toEqual([`Dispatch is listening on http://127.0.0.1:${port}`, false]);
  const health = await fetch(`http://127.0.0.1:${port}/health`);
  expect(await health.json()).toEqual({ ok: true });
  child.kill("SIGTERM");
  expect([await child.exited, await hostile.sprung()]).toEqual([0, false]);
});

test("the compiled client in a hostile folder does what it always does", async () => {
  await using hostile = await hostileFolder();
  await using data = await temporaryFolder();
  const [server = ""] = (await servers.compiled?.(data.path)) ?? [];
  await rename(server, join(data.path, "dispatch"));
  using answering = serve({ "GET /models": () => json({ models: ["a/b"] }) });
  const child = Bun.spawn([join(data.path, "dispatch"), "models"], {
    cwd: hostile.path,
    env: { ...env, BACKEND_PORT: String(answering.port) },
    stderr: "pipe",
  });
  expect(await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])).toEqual(["a/b\n", "", 0]);
  expect(answering.asked.map(({ authorization }) => authorization)).toEqual([null]);
  expect(await hostile.sprung()).toBe(false);
});
