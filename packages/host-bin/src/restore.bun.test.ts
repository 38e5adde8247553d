import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { inline, png } from "@dispatch/images/fixture";
import { startModelServer, textAnswer } from "@dispatch/testkit";
import type { ImageChunk, StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type ServerProcess, startServerProcess } from "./server-process.fixture.ts";

const root = resolve(import.meta.dirname, "../../..");

async function dispatch(cwd: string, env: { readonly [name: string]: string }, ...words: readonly string[]) {
  const child = Bun.spawn(["sh", `${root}/bin/dispatch`, ...words], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode };
}
const post = async (url: string, body: object) => (await fetch(url, { method: "POST", body: JSON.stringify(body) })).text();
const chunksOf = async ({ url }: ServerProcess, id: string) =>
  ((await (await fetch(`${url}/conversations/${id}`)).json()) as { chunks: readonly StoredChunk[] }).chunks;

test("by the client alone: a backup of a working server, all data lost, restored, and everything is there again, images and search included", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-restore-")));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  await using model = await startModelServer({ script: () => textAnswer(["Hello, zebra."]) });
  const env = {
    DISPATCH_API_KEY: "k",
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_DB: join(folder, "data/dispatch.db"),
  };
  let kept: readonly StoredChunk[] = [];
  {
    await using server = await startServerProcess(folder, env);
    await post(`${server.url}/chat`, { message: "Look", conversationId: "c", images: [{ url: inline(png(2, 2)) }] });
    kept = await chunksOf(server, "c");
    const wrote = await dispatch(folder, env, "backup", "copy.db", "--server", server.url);
    expect([wrote.stderr, wrote.exitCode]).toEqual(["", 0]);
    await post(`${server.url}/chat`, { message: "After the backup", conversationId: "later" });
    const refused = await dispatch(folder, env, "restore", "copy.db", "--json");
    expect([JSON.parse(refused.stderr).code, refused.exitCode]).toEqual(["cli/server-runs", 5]);
    const healthy = await dispatch(folder, env, "doctor", "--json", "--server", server.url);
    const { checks } = JSON.parse(healthy.stdout) as { checks: readonly { id: string; status: string; detail: string }[] };
    expect(checks.find(({ id }) => id === "database")).toMatchObject({ status: "ok", detail: expect.stringContaining(env.DISPATCH_DB) });
    expect(checks.find(({ id }) => id === "server")).toMatchObject({ status: "ok" });
  }
  await rm(join(folder, "data/images"), { recursive: true });
  const restored = await dispatch(folder, env, "restore", "copy.db");
  expect([restored.stderr, restored.exitCode]).toEqual(["", 0]);
  expect(restored.stdout).toContain("What was there is");
  await using server = await startServerProcess(folder, env);
  expect(await chunksOf(server, "c")).toEqual(kept);
  expect(await chunksOf(server, "later")).toEqual([]);
  const image = kept.map(({ chunk }) => chunk).find((chunk): chunk is ImageChunk => chunk.type === "image");
  expect(new Uint8Array(await (await fetch(server.url + image?.url)).arrayBuffer())).toEqual(png(2, 2));
  await expect
    .poll(async () => ((await (await fetch(`${server.url}/search?q=zebra`)).json()) as { results: readonly unknown[] }).results.length)
    .toBe(1);
  const page = await dispatch(folder, env, "export", "c", "--format", "html", "--server", server.url);
  expect(page.stdout).toContain('src="data:image/png;base64,');
}, 60_000);
