import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { freePorts, fromSource, startServerProcess } from "../../host-bin/src/server-process.fixture.ts";
import { expectLooksEverywhere } from "./looks.fixture.ts";
import { builtFolder, hasBrowser, openAt, openDesk, say } from "./page.fixture.ts";

const hook = (name: string, content = "touch owned\n") =>
  toolCallAnswer([{ id: `call-${name}`, name: "write_file", arguments: JSON.stringify({ path: `.git/hooks/${name}`, content }) }]);
const done = textAnswer(["Done."]);
type Desk = Awaited<ReturnType<typeof openDesk>>;

async function openHooks(...script: Parameters<typeof openDesk>[0] & readonly unknown[]): Promise<Desk> {
  const desk = await openDesk(script);
  await mkdir(join(desk.folder, ".git/hooks"), { recursive: true });
  return desk;
}

/** A turn that nobody looks at. */
const begin = (desk: Desk, conversationId: string, message = `Work on ${conversationId}`) =>
  desk
    .post("/chat", { message, conversationId })
    .then((response) => response.text())
    .catch(() => "");
const written = (desk: Desk, name: string) => existsSync(join(desk.folder, ".git/hooks", name));
const questions = (page: Page) => page.locator("[data-question]");
const inView = (page: Page) => page.locator("#view [data-question]");
/** Until it takes an answer: what has just come does not. */
const ready = (page: Page) => page.locator("[data-question][data-settled=true]").first().waitFor();

describe.skipIf(!hasBrowser)("approvals", () => {
  test("a call that waits is asked about where it stands in the chat, with its reason, its change and what a wider yes grants", async () => {
    await using desk = await openHooks(hook("pre-commit"), done);
    const { page, complaints } = await desk.open();
    await say(page, "Add a hook");
    const question = page.getByRole("article", { name: /Question: Write .git\/hooks\/pre-commit/ });
    await question.getByText("It changes what git or Dispatch take orders from.").waitFor();
    expect(await question.getByRole("group", { name: "Changes" }).textContent()).toMatch(/added:\s*touch owned/);
    await question.getByText(/From then on write_file may change/).waitFor();
    await question.getByText(/Refused by itself in 2[34] hours/).waitFor();
    for (const name of ["Allow once", "For this conversation", "For this workspace", "Always", "Deny…"])
      await question.getByRole("button", { name }).waitFor();
    await page.getByRole("button", { name: "Approvals, 1 waiting" }).waitFor();
    expect(await page.title()).toMatch(/^\(1\) Add a hook/);
    expect(written(desk, "pre-commit")).toBe(false);
    await ready(page);
    await question.getByRole("button", { name: "Allow once" }).click();
    await page.getByText("Done.").waitFor();
    expect(written(desk, "pre-commit")).toBe(true);
    await page.getByRole("button", { name: "Approvals", exact: true }).waitFor();
    expect(await page.title()).toMatch(/^Add a hook/);
    expect(await questions(page).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("a no goes with its reason, which the model reads", async () => {
    await using desk = await openHooks(hook("pre-commit"), textAnswer(["I see."]));
    const { page } = await desk.open();
    await say(page, "Add a hook");
    await ready(page);
    await page.getByRole("button", { name: "Deny…" }).click();
    await page.getByLabel(/Why not\?/).fill("Hooks are mine.");
    await page.getByLabel(/Why not\?/).press("Enter");
    await page.getByText("I see.").waitFor();
    expect(JSON.stringify(desk.model.requests.at(-1))).toContain("Hooks are mine.");
    expect(written(desk, "pre-commit")).toBe(false);
  });

  test("with the keyboard: arrows go between questions, a and c allow, d denies, Enter never does anything", async () => {
    await using desk = await openHooks(hook("one"), hook("two"), hook("three"), done, done, done);
    const turns = [begin(desk, "c1")];
    const { page } = await desk.open({ path: "/#c=elsewhere&v=approvals" });
    await inView(page).nth(0).waitFor();
    turns.push(begin(desk, "c2"));
    await inView(page).nth(1).waitFor();
    turns.push(begin(desk, "c3"));
    await inView(page).nth(2).waitFor();
    await ready(page);
    await inView(page).nth(0).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.locator("#view li:nth-child(2) [data-settled=true]").waitFor();
    await page.keyboard.press("c");
    await inView(page).nth(2).waitFor({ state: "detached" });
    // The focus is on the question that follows, and not on what would allow it.
    expect(await page.evaluate("document.activeElement.dataset.question !== undefined")).toBe(true);
    await page.keyboard.press("Enter");
    await page.locator("#view li:nth-child(2) [data-settled=true]").waitFor();
    await page.keyboard.press("d");
    await page.getByLabel(/Why not\?/).press("Escape");
    await page.keyboard.press("d");
    await page.getByLabel(/Why not\?/).press("Enter");
    await inView(page).nth(1).waitFor({ state: "detached" });
    await ready(page);
    await page.keyboard.press("a");
    await page.getByText("Nothing waits for you").waitFor();
    await Promise.all(turns);
    expect(["one", "two", "three"].map((name) => written(desk, name))).toEqual([true, true, false]);
  });

  test("what has just come takes no answer: the click or the key was meant for something else", async () => {
    await using desk = await openHooks(hook("pre-commit"), done);
    const { page } = await desk.open();
    // The time that it needs to settle passes when the test says so.
    await page.addInitScript(
      "window.__held = []; const real = setTimeout; window.setTimeout = (call, ms, ...more) => (ms === 500 ? window.__held.push(call) : real(call, ms, ...more));",
    );
    await page.reload();
    await say(page, "Add a hook");
    await questions(page).focus();
    await page.keyboard.press("a");
    await page.getByRole("button", { name: "Allow once" }).click();
    await page.getByRole("button", { name: "Always" }).click();
    expect((await desk.get<{ approvals: readonly unknown[] }>("/approvals")).approvals).toHaveLength(1);
    await page.evaluate("for (const call of window.__held) call()");
    await ready(page);
    await questions(page).focus();
    await page.keyboard.press("a");
    await page.getByText("Done.").waitFor();
    expect(written(desk, "pre-commit")).toBe(true);
  });

  test("what is answered elsewhere is told, and is no error", async () => {
    await using desk = await openHooks(hook("pre-commit"), done);
    const { page, complaints } = await desk.open();
    await say(page, "Add a hook");
    await ready(page);
    const { approvals } = await desk.get<{ approvals: readonly { id: string }[] }>("/approvals");
    // Whichever the page hears of first: that its own answer came too late, or that the question has gone.
    await page.route("**/approvals/*/allow", async (route) => {
      await desk.post(`/approvals/${approvals[0]?.id}/deny`, {});
      await route.continue();
    });
    await page.getByRole("button", { name: "Allow once" }).click();
    await page
      .getByText(/it was denied by/i)
      .first()
      .waitFor();
    await page.getByText("Done.").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(complaints.filter((text) => !text.includes("409"))).toEqual([]);
  });

  test("what is answered from another door while it is looked at goes, and says by whom", async () => {
    await using desk = await openHooks(hook("pre-commit"), textAnswer(["I see."]));
    const { page, complaints } = await desk.open({ path: "/#c=c1&v=approvals" });
    await page.getByText("Nothing waits for you").waitFor();
    await say(page, "Add a hook");
    await inView(page).waitFor();
    const { approvals } = await desk.get<{ approvals: readonly { id: string }[] }>("/approvals");
    await desk.post(`/approvals/${approvals[0]?.id}/deny`, { reason: "Not today." });
    await page
      .getByRole("list", { name: "What became of others" })
      .getByText(/It was denied by .*They say: Not today\./)
      .waitFor();
    await page.getByText("I see.").waitFor();
    expect(await questions(page).count()).toBe(0);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByText("They say: Not today.").waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });

  test("the time that is left counts down, and then the call is refused and says so", async () => {
    await using desk = await openDesk([hook("pre-commit"), textAnswer(["Too late."])], { DISPATCH_APPROVAL_TIMEOUT_MS: "6000" });
    const { page } = await desk.open({ path: "/#c=c1&v=approvals" });
    await say(page, "Add a hook");
    await inView(page)
      .getByText(/Refused by itself in 0:0[3-6]/)
      .waitFor();
    await inView(page)
      .getByText(/Refused by itself in 0:02/)
      .waitFor();
    await page.getByText("Too late.").waitFor();
    await page.getByText("Nobody answered in time: it was refused.").first().waitFor();
  });

  test("a command that a rule asks about is shown whole, with its rule, and nothing of it breaks the page", async () => {
    const command = `git push origin ${"x".repeat(3_000)} \u202egnp.exe # ${"long words ".repeat(50)}`;
    await using desk = await openDesk([
      toolCallAnswer([{ id: "call", name: "run_shell", arguments: JSON.stringify({ command }) }]),
      textAnswer(["Not pushed."]),
    ]);
    await desk.post("/policy", { rules: [{ effect: "ask", command: "git push" }] }, "PUT");
    const { page, complaints } = await desk.open({ width: 360, height: 740 });
    await say(page, "Push it");
    const shown = page.getByRole("group", { name: "Command" });
    expect(await shown.textContent()).toContain("\\u{202e}gnp.exe");
    await page.getByText("Rule a1").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await ready(page);
    await page.getByRole("button", { name: "Deny…" }).click();
    await page.getByRole("button", { name: "Deny", exact: true }).click();
    await page.getByText("Not pushed.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("several are answered at once, those of other conversations too", async () => {
    await using desk = await openHooks(hook("one"), hook("two"), done, done);
    const turns = [begin(desk, "c1", "First"), begin(desk, "c2", "Second")];
    const { page } = await desk.open({ path: "/#c=elsewhere&v=approvals" });
    await inView(page).nth(1).waitFor();
    await page.getByRole("link", { name: "First waits for your answer" }).first().waitFor();
    await page.getByRole("checkbox", { name: "All 2" }).check();
    await page.getByRole("group", { name: "Several at once" }).getByRole("button", { name: "Allow once" }).click();
    await page.getByText("Nothing waits for you").waitFor();
    await Promise.all(turns);
    expect([written(desk, "one"), written(desk, "two")]).toEqual([true, true]);
  });

  test("who asks for it by a click is notified when something waits and the page is not looked at", async () => {
    await using desk = await openHooks(hook("pre-commit"), done);
    const { page } = await desk.open({ path: "/#c=elsewhere&v=approvals" });
    await page.context().grantPermissions(["notifications"]);
    await page.reload();
    await page.evaluate(
      "window.__notes = []; window.Notification = class { static permission = 'granted'; static async requestPermission() { return 'granted'; } constructor(title, options) { window.__notes.push([title, options.body]); window.__note = this; } close() {} }",
    );
    await page.getByRole("button", { name: "Notify me when I am elsewhere" }).click();
    await page.getByRole("button", { name: /You are notified/ }).waitFor();
    await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })");
    await page.getByRole("button", { name: "Close Approvals" }).click();
    const turn = begin(desk, "c1", "Hooks");
    await page.getByRole("button", { name: "Approvals, 1 waiting" }).waitFor();
    // A click on it leads to what waits.
    await page.evaluate("window.__note.onclick()");
    await inView(page).first().waitFor();
    expect(await page.evaluate("window.__notes")).toEqual([
      [expect.stringMatching(/Hooks|Dispatch/), expect.stringContaining("write_file waits for your answer.")],
    ]);
    await ready(page);
    await inView(page).getByRole("button", { name: "Allow once" }).click();
    await turn;
  });

  test("the server leaves and comes back: what waits is there again, and an answer that cannot be sent says so", {
    timeout: 60_000,
  }, async () => {
    await using desk = await openHooks(hook("pre-commit"), done);
    const { page } = await desk.open();
    await say(page, "Add a hook");
    await ready(page);
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Allow once" }).click();
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    await page.context().setOffline(false);
    await page.reload();
    await ready(page);
    await page.getByRole("button", { name: "Allow once" }).click();
    await page.getByText("Done.").waitFor();
  });

  test("the server dies while a call waits: the next one shows the question where it stood, and takes the answer", {
    timeout: 60_000,
  }, async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-web-")));
    await mkdir(join(folder, ".git/hooks"), { recursive: true });
    await using model = await startModelServer({ script: [hook("pre-commit"), done] });
    const environment = {
      DISPATCH_API_KEY: "key",
      DISPATCH_BASE_URL: model.url,
      DISPATCH_MODEL: "scripted",
      DISPATCH_DB: join(folder, "data/dispatch.db"),
      DISPATCH_WEB_DIR: builtFolder,
      DISPATCH_COLLECTOR: "off",
      ...freePorts(),
    };
    const start = () => startServerProcess(folder, environment, fromSource(resolve(import.meta.dirname, "../../host-bin/src/main.ts")));
    const first = await start();
    const { page } = await openAt(first.url);
    await say(page, "Add a hook");
    await ready(page);
    await first[Symbol.asyncDispose]();
    await page.getByText("No connection to the server.").waitFor();
    await page.getByRole("button", { name: "Allow once" }).click();
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    await using _ = await start();
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByText("No connection to the server.").waitFor({ state: "detached" });
    await expect
      .poll(
        async () => {
          // Until the new server has told what waits, the answer may still fail.
          await page
            .getByRole("button", { name: "Allow once" })
            .click({ timeout: 1_000 })
            .catch(() => {});
          return existsSync(join(folder, ".git/hooks/pre-commit"));
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBe(true);
    await page.getByText("Done.").waitFor();
    expect(await questions(page).count()).toBe(0);
    await page.context().close();
    await rm(folder, { recursive: true, force: true });
  });

  test("axe finds nothing at three widths, light and dark; over the chat where there is no room beside it", {
    timeout: 180_000,
  }, async () => {
    await using desk = await openHooks(hook("pre-commit", "#!/bin/sh\nnpm test\n"), hook("commit-msg"), done, done);
    const turns = [begin(desk, "c1", "Run the tests before each commit")];
    const first = await desk.open({ path: "/#c=c1" });
    await ready(first.page);
    turns.push(begin(desk, "c2", "Check messages"));
    for (const path of ["/#c=c1&v=approvals", "/#c=c1", "/#c=c2"]) {
      const { page, complaints } = await desk.open({ path });
      if (path.includes("v=")) await inView(page).nth(1).waitFor();
      await ready(page);
      await expectLooksEverywhere(page, `approvals${path.replace(/\W+/g, "-")}`);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
    await Promise.all(
      (await desk.get<{ approvals: readonly { id: string }[] }>("/approvals")).approvals.map(({ id }) =>
        desk.post(`/approvals/${id}/deny`, {}),
      ),
    );
    await Promise.all(turns);
  });
});
