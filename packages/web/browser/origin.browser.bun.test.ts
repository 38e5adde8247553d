import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contentChunk, ending, roleChunk } from "@dispatch/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePorts } from "../../host-bin/src/server-process.fixture.ts";
import { hasBrowser, openDesk, say } from "./page.fixture.ts";

const webPackage = resolve(import.meta.dirname, "..");

/** The page as somebody builds it who serves it from elsewhere. */
async function buildFor(settings: { readonly [name: string]: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-page-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const vite = [
    "sh",
    resolve(webPackage, "../../bin/bun"),
    "node_modules/vite/bin/vite.js",
    "build",
    "--logLevel",
    "error",
    "--outDir",
    folder,
  ];
  const child = Bun.spawn([...vite, "--emptyOutDir"], {
    cwd: webPackage,
    env: { ...process.env, ...settings },
    stdout: "ignore",
    stderr: "pipe",
  });
  if ((await child.exited) !== 0) throw new Error(await new Response(child.stderr).text());
  return folder;
}

/** Nothing but files, on a port of its own. */
function serveFiles(folder: string): string {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch({ url }) {
      const file = Bun.file(join(folder, new URL(url).pathname));
      return new Response((await file.exists()) ? file : Bun.file(join(folder, "index.html")));
    },
  });
  onTestFinished(() => server.stop(true));
  return `http://127.0.0.1:${server.port}`;
}

describe.skipIf(!hasBrowser)("a page from elsewhere", () => {
  test("chats with a server on another origin, over both of its ports", { timeout: 120_000 }, async () => {
    const ports = freePorts();
    const folder = await buildFor({
      VITE_HTTP_URL: `http://localhost:${ports.BACKEND_PORT}`,
      VITE_WS_URL: `ws://localhost:${ports.SURFACE_WS_PORT}`,
    });
    await using desk = await openDesk([roleChunk() + contentChunk("Heard from afar.") + ending("stop")], {
      ...ports,
      DISPATCH_COLLECTOR: "on",
    });
    const origin = serveFiles(folder);
    const { page } = await desk.open({ path: "/health" });
    const asked = new Set<string>();
    page.on("request", (request) => asked.add(new URL(request.url()).host));
    page.on("websocket", (socket) => asked.add(new URL(socket.url()).host));
    await page.goto(origin);
    await say(page, "Do you hear me?");
    await page.getByText("Heard from afar.").waitFor();
    await page.getByRole("link", { name: /Do you hear me/ }).waitFor();
    await page.reload();
    await page.getByText("Heard from afar.").waitFor();
    const own = [new URL(origin).host, `localhost:${ports.BACKEND_PORT}`, `localhost:${ports.SURFACE_WS_PORT}`];
    expect([...asked].toSorted()).toEqual(own.toSorted());
  });
});
