import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { textAnswer } from "@dispatch/testkit";
import { describe, expect, test } from "vitest";
import { expectLooksEverywhere } from "./looks.fixture.ts";
import { builtFolder, composer, hasBrowser, openDesk, say } from "./page.fixture.ts";

const offline = { DISPATCH_API_KEY: "", DISPATCH_BASE_URL: "", DISPATCH_MODEL: "" };
/** Of the worker that keeps the shell, once it answers for this page. */
const controlled = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)";
const keptPaths = `(async () => {
  const paths = [];
  for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
  return paths;
})()`;

const version = "document.querySelector('meta[name=version]')?.content";

/** As a build of other sources would leave it. */
async function renew(folder: string, version: string): Promise<void> {
  for (const [name, pattern, text] of [
    ["shell-worker.js", /const version = "\w+"/, `const version = "${version}"`],
    ["index.html", /name="version" content="\w+"/, `name="version" content="${version}"`],
  ] as const) {
    const file = join(folder, name);
    const written = (await readFile(file, "utf8")).replace(pattern, text);
    await Promise.all([
      writeFile(file, written),
      writeFile(`${file}.gz`, gzipSync(written)),
      writeFile(`${file}.br`, brotliCompressSync(written)),
    ]);
  }
}

describe.skipIf(!hasBrowser)("a first visit", () => {
  test("says in three lines what this is, works at once without a key, and shows how to add one", async () => {
    await using desk = await openDesk([], offline);
    const { page, complaints } = await desk.open();
    await page.getByText("Dispatch works with language models on your own machine.").waitFor();
    await page.getByText("It reads and edits files and runs commands in a folder that you choose.").waitFor();
    await page.getByText("No key is set yet: the built-in offline helper answers, which is no language model.").waitFor();
    await expectLooksEverywhere(page, "first-visit");
    await page.getByRole("button", { name: "Add a key" }).click();
    await page.getByRole("heading", { name: "Add a key" }).waitFor();
    await page.getByText("bin/setup-env").waitFor();
    await page.getByRole("button", { name: "Close Settings" }).click();
    await page.getByRole("button", { name: /^Try it/ }).click();
    await page.getByRole("button", { name: "Copy", exact: false }).first().waitFor();
    await page.getByRole("link", { name: /List the files here/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)("an installed page", () => {
  test("its manifest is what browsers want of one that can be installed, and its icons are of the sizes that it says", async () => {
    await using desk = await openDesk([]);
    const { page, complaints } = await desk.open();
    const manifest = await desk.get<{ icons: { src: string; sizes: string; type: string; purpose: string }[]; [name: string]: unknown }>(
      "/manifest.webmanifest",
    );
    expect(manifest).toMatchObject({ name: "Dispatch", start_url: "/", display: "standalone" });
    expect(manifest.icons.some(({ purpose, sizes }) => purpose === "maskable" && sizes === "512x512")).toBe(true);
    for (const { src, sizes, type } of manifest.icons.filter(({ type }) => type === "image/png")) {
      const answer = await fetch(`${desk.url}${src}`);
      expect(answer.headers.get("content-type")).toBe(type);
      const size = await page.evaluate(
        `new Promise((done) => { const image = new Image(); image.onload = () => done(image.naturalWidth + "x" + image.naturalHeight); image.src = "${src}"; })`,
      );
      expect(size).toBe(sizes);
    }
    expect(await page.evaluate("document.querySelector('link[rel=manifest]').href")).toBe(`${desk.url}/manifest.webmanifest`);
    const session = await page.context().newCDPSession(page);
    expect(
      (await session.send("Page.getInstallabilityErrors")).installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"),
    ).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("the shell opens without a server and says so; no answer of the API is ever kept", async () => {
    await using desk = await openDesk([textAnswer(["Hi."])]);
    const { page } = await desk.open();
    await say(page, "Hello");
    await page.getByText("Hi.").waitFor();
    await expect.poll(() => page.evaluate(controlled), { timeout: 15_000 }).toBe(true);
    // Visited as pages, answers of the API are not kept either.
    const id = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("c");
    for (const path of ["/models", `/conversations/${id}/export?format=html`, "/health"]) {
      const other = await page.context().newPage();
      await other.goto(`${desk.url}${path}`);
      await other.close();
    }
    await page.reload();
    await page.getByText("Hi.").waitFor();
    const kept = (await page.evaluate(keptPaths)) as readonly string[];
    expect(kept).toContain("/");
    expect(kept.filter((path) => !/^\/(?:assets\/.*|icon.*|theme\.js|manifest\.webmanifest)?$/.test(path))).toEqual([]);
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText("No connection to the server.").first().waitFor();
    await composer(page).waitFor();
    await page.context().setOffline(false);
    await page.getByText("Hi.").waitFor();
  });

  test("a new version says that it is here, and is what the next load shows", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dispatch-web-dist-"));
    try {
      await using first = await openDesk([]);
      await first.open();
      await cp(builtFolder, folder, { recursive: true });
      await using desk = await openDesk([], { DISPATCH_WEB_DIR: folder });
      const { page, complaints } = await desk.open();
      await expect.poll(() => page.evaluate(controlled), { timeout: 15_000 }).toBe(true);
      await renew(folder, "newer");
      await page.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())");
      await page.getByText("A new version of Dispatch is here.").waitFor();
      expect(await page.evaluate(version)).not.toBe("newer");
      await page.getByRole("button", { name: "Load it now" }).click();
      await expect.poll(() => page.evaluate(version).catch(() => "loading"), { timeout: 15_000 }).toBe("newer");
      await composer(page).waitFor();
      expect(await page.getByText("A new version of Dispatch is here.").count()).toBe(0);
      // A page that is loaded when the server was upgraded meanwhile is the new one already.
      await renew(folder, "newest");
      await page.reload();
      await page.getByText("This is a new version of Dispatch.").waitFor();
      expect(await page.evaluate(version)).toBe("newest");
      await page.context().setOffline(true);
      await page.reload();
      expect(await page.evaluate(version)).toBe("newest");
      expect(complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|WebSocket/.test(text))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
