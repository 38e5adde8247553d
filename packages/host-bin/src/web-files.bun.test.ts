import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allOps } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

/** The whole server before a web client of two files. */
async function startWeb(environment: { readonly [name: string]: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-web-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<html>the client</html>");
  await writeFile(join(folder, "assets/index-Ab12Cd34.js"), "console.log(1)");
  const api = await startApi([], { DISPATCH_WEB_DIR: folder, ...environment });
  return {
    api,
    ask: (path: string, init?: RequestInit) => fetch(`${api.url}${path}`, init),
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

test("the client is served at the root and at its own routes, with a policy that lets in nothing of others", async () => {
  await using web = await startWeb();
  for (const path of ["/", "/my-workspace"]) {
    const page = await web.ask(path);
    expect([page.status, await page.text()], path).toEqual([200, "<html>the client</html>"]);
    expect(page.headers.get("content-security-policy")).toContain(`ws://127.0.0.1:${new URL(web.api.socketUrl).port} `);
    for (const name of ["x-content-type-options", "referrer-policy", "x-frame-options"])
      expect(page.headers.get(name), name).not.toBeNull();
    expect(page.headers.get("set-cookie")).toBeNull();
  }
  expect((await web.ask("/assets/index-Ab12Cd34.js")).headers.get("cache-control")).toContain("immutable");
  const head = await web.ask("/", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect((await web.ask("/my-workspace", { method: "POST" })).status).toBe(404);
});

test("below the first segment of any op an unknown path is 404 in JSON, never a page", async () => {
  await using web = await startWeb();
  const areas = new Set([...allOps.map(({ http }) => http.path.split("/")[1] ?? ""), "chat", "images", "metrics", "ws"]);
  for (const area of areas) {
    for (const path of [
      `/${area}/no/such/thing/at/all`,
      `/${area.replace(/^./, (c) => `%${c.charCodeAt(0).toString(16)}`)}/no/such/thing/at/all`,
    ]) {
      const answer = await web.ask(path);
      expect(answer.headers.get("content-type"), path).toBe("application/json");
      expect(answer.status, path).toBe(404);
    }
  }
});

test("where a token is needed the client comes without it, and nothing else does", async () => {
  await using web = await startWeb({ DISPATCH_TOKEN: "s3cret" });
  expect((await web.ask("/")).status).toBe(200);
  expect((await web.ask("/assets/index-Ab12Cd34.js")).status).toBe(200);
  for (const path of [
    "/conversations",
    "//conversations",
    "/%63onversations",
    "/CONVERSATIONS",
    "/./conversations",
    "/x/../conversations",
    "/conversations/",
    "/conversations?x",
    "/conversations;x",
    "/%2fconversations",
    "/metrics",
    "/openapi.json",
    "/assets/none.js",
    "/ws",
  ]) {
    const body = await (await web.ask(path)).text();
    expect(body === "<html>the client</html>" || body.includes("transport-http/no-token"), `${path}: ${body.slice(0, 80)}`).toBe(true);
  }
  expect((await web.ask("/conversations")).status).toBe(401);
  expect((await fetch(web.api.socketUrl.replace(/^ws/, "http"))).status).toBe(401);
});

test("without a folder, and with DISPATCH_WEB_DIR=off, there is no page", async () => {
  await using web = await startWeb({ DISPATCH_WEB_DIR: "off" });
  const answer = await web.ask("/");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/json"]);
});
