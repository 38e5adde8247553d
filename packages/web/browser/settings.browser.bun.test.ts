import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testExtension, textAnswer } from "@dispatch/testkit";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { startComposition } from "../../host-bin/src/composition.fixture.ts";
import { expectLooksEverywhere } from "./looks.fixture.ts";
import { builtFolder, hasBrowser, openAt, openDesk, say } from "./page.fixture.ts";

const at = (section: string) => ({ path: `/#v=settings.${section}` });
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 2, name, exact: true });
const idOf = (page: Page): string => new URLSearchParams(new URL(page.url()).hash.slice(1)).get("c") ?? "";
const titles = {
  browser: "Appearance",
  models: "Models and keys",
  prompt: "System prompt",
  images: "Images",
  limits: "Concurrency",
  policy: "Policy",
  trust: "Trusted folders",
  heartbeat: "Heartbeat",
  languages: "Language servers",
  extensions: "Extensions",
  tokens: "Access tokens",
  audit: "Audit log",
};

/** For what the page shows soon, on a machine that is busy. */
const patience = { timeout: 15_000 };

describe.skipIf(!hasBrowser)("settings", () => {
  test("every section has an address, is reached by keys, and the way back leads to the conversation", async () => {
    await using desk = await openDesk([textAnswer(["Hi."])]);
    const { page, complaints } = await desk.open();
    await say(page, "Hello");
    await page.getByText("Hi.").waitFor();
    const id = idOf(page);
    await page.getByRole("button", { name: "Settings" }).click();
    await heading(page, "Appearance").waitFor();
    for (const [part, title] of Object.entries(titles)) {
      await page.getByRole("link", { name: title, exact: true }).focus();
      await page.keyboard.press("Enter");
      await heading(page, title).waitFor();
      expect(page.url()).toContain(`v=settings.${part}`);
    }
    expect(idOf(page)).toBe(id);
    await page.goBack();
    await heading(page, "Access tokens").waitFor();
    await page.reload();
    await heading(page, "Access tokens").waitFor();
    await page.getByRole("button", { name: "Close Settings" }).click();
    await page.getByText("Hi.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("axe finds nothing in any section at three widths, light and dark, and nothing moves sideways", { timeout: 300_000 }, async () => {
    await using desk = await openDesk([]);
    await desk.post(
      "/policy",
      {
        rules: [
          { effect: "deny", command: "git push --force" },
          { effect: "allow", tool: "read_*", path: "/etc/**" },
        ],
      },
      "PUT",
    );
    await desk.post("/tokens", { name: "phone", readonly: true, expires: "30d" });
    await desk.post("/concurrency/limits/openai-compat", { limit: 3 }, "PUT");
    const { page, complaints } = await desk.open(at("browser"));
    for (const [part, title] of Object.entries(titles)) {
      await page.evaluate(`location.hash = "v=settings.${part}"`);
      await heading(page, title).waitFor();
      await expect.poll(() => page.locator("#view .skeleton").count(), { timeout: 15_000 }).toBe(0);
      await expectLooksEverywhere(page, `settings-${part}`);
    }
    expect(complaints).toEqual([]);
  });

  test("models are shown with their credentials, keys by their presence alone", async () => {
    await using desk = await openDesk([], { DISPATCH_API_KEY: "sk-very-secret-key-of-the-test" });
    const { page, complaints } = await desk.open(at("models"));
    await page.getByRole("main").getByText("scripted", { exact: true }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "DISPATCH_API_KEY" }).getByText("set", { exact: true }).waitFor();
    expect(await page.getByRole("listitem").filter({ hasText: "GEMINI_API_KEY" }).getByText("set", { exact: true }).count()).toBe(0);
    expect(await page.content()).not.toContain("sk-very-secret");
    expect(complaints).toEqual([]);
  });

  test("the system prompt is tried with real values before it is saved, and new conversations begin with it", async () => {
    await using desk = await openDesk([textAnswer(["Hi."])]);
    const { page, complaints } = await desk.open(at("prompt"));
    const template = page.getByRole("textbox", { name: "Template" });
    const preview = page.getByRole("group", { name: "Preview" });
    await preview.filter({ hasText: desk.folder }).waitFor();
    await template.fill("You stand in ");
    await page.getByRole("button", { name: "Insert [prompt:cwd]" }).click();
    await page.keyboard.type("[sky:colour].");
    await expect.poll(() => preview.textContent(), patience).toBe(`You stand in ${desk.folder}.`);
    await page.getByText("No value here: sky:colour").waitFor();
    expect(await desk.get("/system-prompt")).not.toMatchObject({ template: "You stand in [prompt:cwd][sky:colour]." });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. New conversations begin with it.").waitFor();
    expect(await desk.get("/system-prompt")).toEqual({ template: "You stand in [prompt:cwd][sky:colour]." });
    await page.getByRole("button", { name: "Close Settings" }).click();
    await say(page, "Hello");
    await page.getByText("Hi.").waitFor();
    expect(JSON.stringify(desk.model.requests.at(-1)?.body)).toContain(`You stand in ${desk.folder}.`);
    await page.goto(`${desk.url}/#v=settings.prompt`);
    await template.fill("");
    await page.getByText("Empty: conversations begin without a system prompt.").waitFor();
    await page.getByRole("button", { name: "Undo changes" }).click();
    await expect.poll(() => preview.textContent(), patience).toBe(`You stand in ${desk.folder}.`);
    expect(complaints).toEqual([]);
  });

  test("the policy of the server, of a workspace and of a conversation is set, with rules of each", async () => {
    await using desk = await openDesk([textAnswer(["Hi."])]);
    const { page, complaints } = await desk.open();
    await say(page, "Hello");
    await page.getByText("Hi.").waitFor();
    const id = idOf(page);
    await page.goto(`${desk.url}/#c=${id}&v=settings.policy`);
    await page.getByRole("radio", { name: /^Look/ }).check();
    await page.getByText("Saved.").waitFor();
    await page.getByText("Add a rule").click();
    await page.getByLabel("What becomes of it").selectOption("deny");
    await page.getByLabel("Command begins with").fill("git push");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("list", { name: "Rules" }).getByText("Refuse “git push”").waitFor();
    expect(await desk.get("/policy")).toMatchObject({
      mode: "read-only",
      rules: [{ effect: "deny", command: "git push", scope: "always" }],
    });

    await page.getByLabel("Whose policy").selectOption("workspace");
    await page
      .getByRole("group", { name: "When a call goes further" })
      .getByRole("radio", { name: /^Refuse it/ })
      .check();
    await page.getByText("Saved.").waitFor();
    expect(await desk.get("/workspaces/default/policy")).toMatchObject({ mode: null, approval: "never" });
    expect(
      await page
        .getByRole("group", { name: "Without being asked about" })
        .getByRole("radio", { name: /^Not said here/ })
        .isChecked(),
    ).toBe(true);

    await page.getByLabel("Whose policy").selectOption("conversation");
    await page.getByRole("list", { name: "Rules" }).getByText("for the server").waitFor();
    expect(await page.getByRole("radio", { name: /^Refuse it/ }).isChecked()).toBe(true);
    expect(await page.getByRole("button", { name: /^Remove:/ }).count()).toBe(0);
    await page.getByRole("radio", { name: /^Everything/ }).check();
    await page.getByText("Saved.").waitFor();
    expect(await desk.get(`/conversations/${id}/policy`)).toMatchObject({ mode: "full", approval: "never" });
    await page.getByRole("button", { name: "Let its workspace say" }).click();
    await expect.poll(() => page.getByRole("radio", { name: /^Look/ }).isChecked(), patience).toBe(true);

    await page.getByLabel("Whose policy").selectOption("always");
    await page.getByRole("button", { name: /^Remove:/ }).click();
    await page.getByText("None. The choices above say all.").waitFor();
    expect(await desk.get("/policy")).toMatchObject({ rules: [] });
    expect(complaints).toEqual([]);
  });

  test("a folder is looked at, trusted as it stands, told when its files are others, and trusted no longer", async () => {
    await using desk = await openDesk([]);
    const folder = join(desk.folder, "project");
    await mkdir(join(folder, ".dispatch"), { recursive: true });
    await writeFile(join(folder, ".dispatch/lsp.json"), "{}");
    const { page, complaints } = await desk.open(at("trust"));
    await page.getByText("None yet").waitFor();
    await page.getByRole("textbox", { name: "Folder" }).fill(folder);
    await page.getByRole("button", { name: "Look at it" }).click();
    await page.getByText("Nobody trusts it.").waitFor();
    await page.getByText(".dispatch/lsp.json").waitFor();
    await page.getByRole("button", { name: "Trust it as it stands" }).click();
    await page.getByText("It is trusted as it stands.").waitFor();
    await page.getByRole("list", { name: "Trusted folders" }).getByText(folder).waitFor();
    await writeFile(join(folder, ".dispatch/lsp.json"), '{ "other": 1 }');
    await page.getByRole("button", { name: "Look at it" }).click();
    await page.getByText("It was trusted, and its files are others since.").waitFor();
    await page.getByRole("button", { name: `Remove ${folder}` }).click();
    await page.getByText("None yet").waitFor();
    await page.getByText("Nobody trusts it.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("a provider is limited, its limit and rest are changed, and removing it asks first", async () => {
    await using desk = await openDesk([]);
    const { page, complaints } = await desk.open(at("limits"));
    await page.getByText("No provider is limited").waitFor();
    await page.getByRole("combobox", { name: "Provider" }).fill("openai-compat");
    await page.getByLabel("Requests at once").fill("2");
    await page.getByRole("button", { name: "Limit it" }).click();
    const row = page.getByRole("list", { name: "Limited providers" }).getByRole("listitem");
    await row.getByText("0 of 2 asked now, 0 wait").waitFor();
    await row.getByLabel("At once").fill("5");
    await row.getByLabel("At once").press("Enter");
    await row.getByText("0 of 5 asked now").waitFor();
    await row.getByLabel("Rest, ms").fill("20");
    await row.getByLabel("Rest, ms").press("Enter");
    await expect
      .poll(() => desk.get("/concurrency/cooldown/openai-compat"), patience)
      .toEqual({ providerId: "openai-compat", cooldownMs: 20 });
    await row.getByRole("button", { name: "Remove the limit of openai-compat" }).click();
    const asks = page.getByRole("dialog", { name: "Limit openai-compat no longer?" });
    await asks.getByRole("button", { name: "Cancel" }).click();
    expect(await desk.get("/concurrency/limits")).toMatchObject({ limits: [{ limit: 5 }] });
    await row.getByRole("button", { name: "Remove the limit of openai-compat" }).click();
    await asks.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No provider is limited").waitFor();
    expect(complaints).toEqual([]);
  });

  test("images and the heartbeat of a workspace are set; a heartbeat needs a task", async () => {
    await using desk = await openDesk([]);
    const { page, complaints } = await desk.open(at("images"));
    await page.getByLabel("Newest images that go along").fill("4");
    await page.keyboard.press("Tab");
    await page.getByText("Saved.").waitFor();
    await page.getByLabel("Who describes the others").selectOption("opencode/scripted");
    await expect.poll(() => desk.get("/settings/vision"), patience).toEqual({ imageLimit: 4, compactionModel: "opencode/scripted" });
    await page.getByRole("link", { name: "Heartbeat" }).click();
    await page.getByText("It begins none by itself now.").waitFor();
    await page.getByRole("checkbox", { name: "Begin turns by itself" }).check();
    await page.getByText("It needs a task to begin turns with.").waitFor();
    await page.getByLabel("Minutes between turns").fill("90");
    await page.getByLabel("Task").fill("Look around.");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/The next one begins/).waitFor();
    expect(await desk.get("/workspaces/default/heartbeat")).toMatchObject({
      enabled: true,
      intervalMinutes: 90,
      taskPrompt: "Look around.",
    });
    expect(complaints).toEqual([]);
  });

  test("a token is told once and revoked after a question, and the audit log names both without it, a page at a time", async () => {
    await using desk = await openDesk([]);
    for (let n = 0; n < 60; n++) await desk.post("/settings/vision", { imageLimit: n }, "PUT");
    const { page, complaints } = await desk.open(at("tokens"));
    await page.getByText("No tokens yet").waitFor();
    await page.getByLabel("What it is for").fill("My phone");
    await page.getByRole("checkbox", { name: "only reads" }).check();
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByText("Copy it now").waitFor();
    const secret = (await page.getByRole("status").locator("code").textContent()) ?? "";
    expect(secret.length).toBeGreaterThan(20);
    const row = page.getByRole("list", { name: "Access tokens" }).getByRole("listitem");
    await row.getByText("only reads").waitFor();
    await page.reload();
    await row.getByText("My phone").waitFor();
    expect(await page.content()).not.toContain(secret);
    await row.getByRole("button", { name: "Revoke My phone" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("No tokens yet").waitFor();

    await page.getByRole("link", { name: "Audit log" }).click();
    const entries = page.getByRole("list", { name: "Entries of the audit log" }).getByRole("listitem");
    await entries.getByText("tokens.revoke").waitFor();
    expect(await entries.count()).toBe(50);
    await page.getByRole("button", { name: "Older ones" }).click();
    await expect.poll(() => entries.count(), patience).toBe(62);
    expect(await page.getByRole("button", { name: "Older ones" }).count()).toBe(0);
    await page.getByLabel("What begins with").fill("tokens.");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect.poll(() => entries.count(), patience).toBe(2);
    await entries.getByText("tokens.create").click();
    await page
      .getByText(/"name":"My phone"/)
      .first()
      .waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(complaints).toEqual([]);
  });

  test("extensions are listed, what does not run first and with its reason", async () => {
    const broken = testExtension("weather", { activate: () => Promise.reject(new Error("no sky")) });
    await using server = await startComposition({ environment: { DISPATCH_WEB_DIR: builtFolder }, others: [broken] });
    const { page, complaints } = await openAt(server.url, at("extensions"));
    const rows = page.getByRole("list", { name: "Extensions", exact: true }).getByRole("listitem");
    await page.getByText("1 does not").waitFor();
    expect(await rows.first().textContent()).toMatch(/weather[\s\S]*failed: .*no sky/);
    await page.getByLabel("Filter extensions").fill("system-prompt");
    await expect.poll(() => rows.count(), patience).toBe(1);
    await page.getByLabel("Filter extensions").fill("nothing of that name");
    await page.getByText("None has that in its name").waitFor();
    expect(complaints).toEqual([]);
  });

  test("language servers are those of the conversation's folder, and a folder without says what to do", async () => {
    await using desk = await openDesk([textAnswer(["Hi."])]);
    const { page } = await desk.open();
    await say(page, "Hello");
    await page.getByText("Hi.").waitFor();
    const id = idOf(page);
    await page.goto(`${desk.url}/#c=${id}&v=settings.languages`);
    await page.getByText("This conversation has no folder of its own").waitFor();
    await writeFile(join(desk.folder, "a.xyz"), "");
    await desk.post(`/conversations/${id}/cwd`, { cwd: desk.folder, workspaceId: "default" }, "PUT");
    await page.reload();
    await page.getByRole("button", { name: "Look again" }).waitFor();
    await page.getByRole("list", { name: "Language servers" }).waitFor();
  });

  test("a section that does not load says why and asks again, and one that is shown says that it may be old", async () => {
    await using desk = await openDesk([]);
    const { page } = await desk.open(at("tokens"));
    await page.getByText("No tokens yet").waitFor();
    await page.route("**/trust/folders", (route) => route.abort());
    await page.getByRole("link", { name: "Trusted folders" }).click();
    await page.getByText("No connection to the server").waitFor();
    await page.unroute("**/trust/folders");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("None yet").waitFor();
    await page.route("**/audit?*", (route) =>
      route.fulfill({ status: 503, json: { error: "The disk is full.", code: "storage/full", kind: "unavailable" } }),
    );
    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByText("The audit log did not load").waitFor();
    await page.getByText("The disk is full.").waitFor();
    await page.getByRole("link", { name: "Concurrency" }).click();
    await page.getByText("No provider is limited").waitFor();
    await page.route("**/concurrency/**", (route) => route.abort());
    await page.getByText(/^This may be old:/).waitFor();
    await page.getByText("No provider is limited").waitFor();
  });
});
