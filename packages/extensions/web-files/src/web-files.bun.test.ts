import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerPage } from "./answer-page.ts";
import { fileBytesMax, filesMax, openFolder } from "./folder.ts";
import { WebSite } from "./web-site.ts";

async function site() {
  const root = await mkdtemp(join(tmpdir(), "dispatch-web-"));
  const write = async (path: string, text: string) => {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await write("web/index.html", "<html>one</html>");
  await write("web/assets/index-Ab12Cd34.js", "console.log(1)");
  await write("web/assets/index-Ab12Cd34.js.br", "packed by br");
  await write("web/assets/index-Ab12Cd34.js.gz", "packed by gzip");
  await write("web/manifest.webmanifest", "{}");
  await write("web/.env", "SECRET=1");
  await write("secret.txt", "outside");
  const folder = openFolder(join(root, "web"));
  const ports = { site: new WebSite(folder), read: folder.read, socketPort: "24205" };
  return {
    root,
    write,
    get: (path: string, headers: { readonly [name: string]: string } = {}) =>
      answerPage(new Request(`http://localhost:24203${path}`, { headers: { host: "localhost:24203", ...headers } }), ports),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}
const text = async (response: Response | undefined) => (response === undefined ? undefined : response.text());

test("a page is index.html at every path that is no file's, and always asked for anew", async () => {
  await using web = await site();
  for (const path of ["/", "/index.html", "/my-workspace", "/a/b?c=d", "/v1.2"]) {
    const page = await web.get(path);
    expect(await text(page), path).toBe("<html>one</html>");
    expect(page?.headers.get("cache-control")).toBe("no-cache");
    expect(page?.headers.get("content-type")).toBe("text/html; charset=utf-8");
  }
});

test("a file that is missing is nothing: no page stands where a script was asked for", async () => {
  await using web = await site();
  for (const path of ["/assets/index-00000000.js", "/assets/none", "/favicon.ico", "/robots.txt", "/assets/", "/main.JS"]) {
    expect(await web.get(path), path).toBeUndefined();
  }
});

test("a file with a hash in its name may be kept for ever, another one may not", async () => {
  await using web = await site();
  expect((await web.get("/assets/index-Ab12Cd34.js"))?.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect((await web.get("/manifest.webmanifest"))?.headers.get("cache-control")).toBe("no-cache");
  expect((await web.get("/manifest.webmanifest"))?.headers.get("content-type")).toBe("application/manifest+json");
});

test("whoever takes it packed gets it packed, the best first, under a tag of its own", async () => {
  await using web = await site();
  const asked = async (encoding: string) => {
    const response = await web.get("/assets/index-Ab12Cd34.js", { "accept-encoding": encoding });
    return [response?.headers.get("content-encoding") ?? null, await text(response)];
  };
  expect(await asked("gzip, deflate, br")).toEqual(["br", "packed by br"]);
  expect(await asked("gzip;q=1.0, br;q=0")).toEqual(["gzip", "packed by gzip"]);
  expect(await asked("GZIP")).toEqual(["gzip", "packed by gzip"]);
  expect(await asked("")).toEqual([null, "console.log(1)"]);
  expect(await asked("identity")).toEqual([null, "console.log(1)"]);
  const tags = await Promise.all(
    ["br", ""].map(async (encoding) => (await web.get("/assets/index-Ab12Cd34.js", { "accept-encoding": encoding }))?.headers.get("etag")),
  );
  expect(new Set(tags).size).toBe(2);
  expect((await web.get("/assets/index-Ab12Cd34.js"))?.headers.get("vary")).toContain("Accept-Encoding");
});

test("what a browser has already is not sent again", async () => {
  await using web = await site();
  const etag = (await web.get("/"))?.headers.get("etag") ?? expect.fail();
  for (const given of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const again = await web.get("/", { "if-none-match": given });
    expect([again?.status, await text(again)], given).toEqual([304, ""]);
  }
  expect((await web.get("/", { "if-none-match": '"other"' }))?.status).toBe(200);
});

test("no path leads out of the folder, to a hidden file or over a link", async () => {
  await using web = await site();
  await symlink(join(web.root, "secret.txt"), join(web.root, "web/link.txt"));
  await symlink(web.root, join(web.root, "web/up"));
  const paths = [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/link.txt",
    "/up/secret.txt",
    "//secret.txt",
    "/.env",
    "/%2eenv",
    "/secret.txt%00.js",
    "/%00",
    "/%ff",
    "/%252e%252e/secret.txt",
    `/${"a/".repeat(5_000)}`,
  ]; // prettier-ignore
  for (const path of paths) expect((await text(await web.get(path))) ?? "", path).not.toMatch(/outside|SECRET/);
  for (const path of ["/link.txt", "/%ff", "/up/secret.txt"]) expect(await web.get(path), path).toBeUndefined();
});

test("a file that becomes a link after it was found is not followed", async () => {
  await using web = await site();
  expect(await text(await web.get("/assets/index-Ab12Cd34.js"))).toBe("console.log(1)");
  const path = join(web.root, "web/assets/index-Ab12Cd34.js");
  await rm(path);
  await symlink(join(web.root, "secret.txt"), path);
  expect(await web.get("/assets/index-Ab12Cd34.js")).toBeUndefined();
});

test("a client that was built anew is served at the next page", async () => {
  await using web = await site();
  await web.get("/");
  await web.write("web/assets/index-Zz99Zz99.js", "console.log(2)");
  await web.write("web/index.html", "<html>two</html>");
  await utimes(join(web.root, "web/index.html"), 2_000_000_000, 2_000_000_000);
  expect(await text(await web.get("/"))).toBe("<html>two</html>");
  expect(await text(await web.get("/assets/index-Zz99Zz99.js"))).toBe("console.log(2)");
});

test("a page that stays open finds the new build by a file that has no hash in its name", async () => {
  await using web = await site();
  await web.get("/");
  const tag = (await web.get("/manifest.webmanifest"))?.headers.get("etag") ?? "";
  await web.write("web/manifest.webmanifest", '{"name":"of the new build"}');
  await web.write("web/index.html", "<html>two</html>");
  await utimes(join(web.root, "web/index.html"), 2_000_000_000, 2_000_000_000);
  const answer = await web.get("/manifest.webmanifest", { "if-none-match": tag });
  expect(answer?.status).toBe(200);
  expect(await text(answer)).toBe('{"name":"of the new build"}');
});

test("a folder that is not there, or has no index.html, has no pages", async () => {
  const folder = openFolder("/nowhere/at/all");
  const ports = { site: new WebSite(folder), read: folder.read, socketPort: "1" };
  for (const path of ["/", "/a", "/assets/a.js"]) expect(await answerPage(new Request(`http://localhost${path}`), ports)).toBeUndefined();
});

test("a page may run its own scripts, talk to its own server, and nothing else", async () => {
  await using web = await site();
  const policyAt = async (host: string) => (await web.get("/", { host }))?.headers.get("content-security-policy") ?? "";
  const policy = await policyAt("dispatch.example:443");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain(
    "connect-src 'self' ws://dispatch.example:443 wss://dispatch.example:443 ws://dispatch.example:24205 wss://dispatch.example:24205;",
  );
  for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"])
    expect(policy).toContain(rule);
  expect(policy).not.toMatch(/unsafe-eval|\*|https?:/);
  expect(policy.match(/unsafe-inline/g)).toHaveLength(1);
  // A name that is none never becomes a part of the policy.
  expect(await policyAt("a.example; script-src *")).toContain("connect-src 'self';");
  expect(await policyAt("[::1]:24203")).toContain("connect-src 'self';");
});

test("a file that is too large is not served, and one that is as large as may be is", async () => {
  await using web = await site();
  for (const [name, sizeBytes] of [
    ["full", fileBytesMax],
    ["more", fileBytesMax + 1],
  ] as const) {
    await web.write(`web/${name}.png`, "");
    await truncate(join(web.root, `web/${name}.png`), sizeBytes);
  }
  expect((await (await web.get("/full.png"))?.bytes())?.length).toBe(fileBytesMax);
  expect(await web.get("/more.png")).toBeUndefined();
});

test("of a folder with files without end so many are served, and nothing hangs", async () => {
  await using web = await site();
  await mkdir(join(web.root, "web/many"));
  for (let n = 0; n <= filesMax; n += 1) await writeFile(join(web.root, `web/many/${n}.txt`), "");
  expect(await openFolder(join(web.root, "web")).list()).toHaveLength(filesMax);
});
