import { textAnswer } from "@dispatch/testkit";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { expectLooksEverywhere } from "./looks.fixture.ts";
import { composer, hasBrowser, openDesk, say } from "./page.fixture.ts";

const field = (page: Page) => page.getByRole("combobox", { name: "Find a conversation, a view, a setting or an op" });
const option = (page: Page, name: string | RegExp) => page.getByRole("option", { name });

async function find(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await field(page).fill(words);
}

/** The op's own page, once the server has described its ops. */
async function openOp(page: Page, id: string): Promise<void> {
  await find(page, id);
  await option(page, new RegExp(`^${id}`))
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: id }).waitFor();
}

/** For what the page shows soon, on a machine that is busy. */
const patience = { timeout: 15_000 };

describe.skipIf(!hasBrowser)("the command palette", () => {
  test("a person goes to conversations, views and settings by keys alone, and Escape leads back to where the focus was", async () => {
    await using desk = await openDesk([textAnswer(["One."]), textAnswer(["Two."])]);
    const { page, complaints } = await desk.open();
    await say(page, "The first matter");
    await page.getByText("One.").waitFor();
    await page.keyboard.press("Control+Shift+O");
    await page.getByText("What shall we work on?").waitFor();
    await say(page, "Another matter");
    await page.getByText("Two.").waitFor();
    await find(page, "first matter");
    await option(page, /The first matter/).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("One.").waitFor();
    await find(page, "access tokens");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Access tokens" }).waitFor();
    await find(page, "transcript");
    await page.keyboard.press("Enter");
    await page.getByText("One.").waitFor();
    await composer(page).focus();
    await page.keyboard.press("Control+k");
    await field(page).waitFor();
    const [first, second] = [await active(page), await page.keyboard.press("ArrowDown").then(() => active(page))];
    expect(first).not.toBe(second);
    await page.keyboard.press("ArrowUp");
    expect(await active(page)).toBe(first);
    await page.keyboard.press("Escape");
    await field(page).waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.id")).toBe("composer");
    await find(page, "theme dark");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate("document.documentElement.dataset.theme"), patience).toBe("dark");
    await find(page, "keyboard shortcuts");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor({ state: "detached" });
    await find(page, "no words of anything at all");
    await page.getByText("Nothing has these words").waitFor();
    expect(complaints).toEqual([]);
  });

  test("every op of the server is found, and one that only reads answers at once, as a table or as fields", async () => {
    await using desk = await openDesk([]);
    await desk.post("/tokens", { name: "phone" });
    const { page, complaints } = await desk.open();
    const { paths } = await desk.get<{ paths: { [path: string]: { [method: string]: { "x-intent"?: string; operationId: string } } } }>(
      "/openapi.json",
    );
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).flatMap((op) => (op["x-intent"] === undefined ? [] : [op.operationId])),
    );
    expect(ids.length).toBeGreaterThan(80);
    await page.keyboard.press("Control+k");
    for (const id of ids) {
      await field(page).fill(id);
      await page.getByRole("group", { name: "Ops" }).getByText(id, { exact: true }).waitFor();
    }
    await page.keyboard.press("Escape");
    await openOp(page, "tokens.list");
    await page.getByRole("columnheader", { name: "name" }).waitFor();
    await page.getByRole("cell", { name: "phone" }).waitFor();
    await page.keyboard.press("Escape");
    await field(page).fill("vision.get");
    await page.keyboard.press("Enter");
    await page.getByRole("definition").filter({ hasText: "10" }).waitFor();
    await page.getByText("As JSON").click();
    await page.getByText('"imageLimit"').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test("an op is filled in and run; what is wrong is told at its field, and what the server refuses below", async () => {
    await using desk = await openDesk([textAnswer(["Hi."])]);
    const { page } = await desk.open();
    await say(page, "Hello");
    await page.getByText("Hi.").waitFor();
    await openOp(page, "title.set");
    const conversationId = page.getByRole("combobox", { name: "conversationId" });
    expect(await conversationId.inputValue()).toBe(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("c"));
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText("title is needed.").waitFor();
    await page.getByLabel("title", { exact: true }).fill("From the palette");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("definition").filter({ hasText: "From the palette" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: /From the palette/ }).waitFor();
    await openOp(page, "tokens.create");
    await page.getByLabel("name", { exact: true }).fill("phone");
    await page.getByLabel("expires").fill("soon");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText(/30d/).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await openOp(page, "policy.check");
    await page.getByLabel("tool", { exact: true }).fill("read_file");
    await page.getByLabel("input", { exact: true }).fill("{");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText(/input has to be JSON/).waitFor();
    await page.getByLabel("input", { exact: true }).fill('{"path":"a.txt"}');
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("definition").filter({ hasText: "allow" }).first().waitFor();
  });

  test("an op that destroys asks first, and nothing happens without a yes", async () => {
    await using desk = await openDesk([]);
    await desk.post("/tokens", { name: "phone" });
    const { page, complaints } = await desk.open();
    await openOp(page, "tokens.revoke");
    await page.getByRole("textbox", { name: "token" }).fill("phone");
    await page.keyboard.press("Enter");
    const asks = page.getByRole("alertdialog", { name: "Are you sure?" });
    await asks.waitFor();
    // The answer that has the focus is no.
    await page.keyboard.press("Enter");
    await asks.waitFor({ state: "detached" });
    expect(await desk.get("/tokens")).toMatchObject({ tokens: [{ name: "phone" }] });
    await page.getByRole("button", { name: "Run" }).click();
    await asks.getByRole("button", { name: "Do it" }).click();
    await page.getByRole("definition").filter({ hasText: "phone" }).waitFor();
    expect(await desk.get("/tokens")).toEqual({ tokens: [] });
    expect(complaints).toEqual([]);
  });

  test("a server that does not describe its ops still leaves all that the page knows, and says what may be missing", async () => {
    await using desk = await openDesk([]);
    const { page } = await desk.open();
    await page.route("**/openapi.json", (route) => route.abort());
    await find(page, "audit");
    await option(page, /Audit log/).waitFor();
    await page.getByText(/Ops may be missing/).waitFor();
  });

  test("the sheet of shortcuts opens by ? outside of text fields, unless keys alone are turned off, and by Ctrl+/ everywhere", async () => {
    await using desk = await openDesk([]);
    const { page, complaints } = await desk.open({ path: "/#v=settings.browser" });
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await page.getByRole("heading", { name: "Appearance" }).waitFor();
    await page.keyboard.press("?");
    await sheet.waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("checkbox", { name: "Keys alone" }).uncheck();
    await page.reload();
    await page.getByRole("heading", { name: "Appearance" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("checkbox", { name: "Keys alone" }).check();
    await page.getByRole("button", { name: "Close Settings" }).click();
    await composer(page).focus();
    await page.keyboard.type("why?");
    expect(await composer(page).inputValue()).toBe("why?");
    expect(await sheet.count()).toBe(0);
    await page.keyboard.press("Control+/");
    await sheet.waitFor();
    expect(complaints).toEqual([]);
  });

  test("axe finds nothing in the palette, an op's page and the sheet, at three widths, light and dark", { timeout: 180_000 }, async () => {
    await using desk = await openDesk([]);
    const { page, complaints } = await desk.open();
    await find(page, "set");
    await option(page, /^policy.set/).waitFor();
    await expectLooksEverywhere(page, "palette");
    await page.keyboard.press("Escape");
    await openOp(page, "heartbeat.set");
    await expectLooksEverywhere(page, "palette-op");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+/");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await expectLooksEverywhere(page, "shortcuts");
    expect(complaints).toEqual([]);
  });

  test("on a phone the palette opens by its button in the list", async () => {
    await using desk = await openDesk([]);
    const { page } = await desk.open({ width: 360, height: 740 });
    await page.getByRole("button", { name: "Conversations" }).click();
    await page.getByRole("button", { name: "Commands" }).click();
    await field(page).fill("policy");
    await option(page, /^Policy/).click();
    await page.getByRole("heading", { name: "Policy" }).waitFor();
    // Over a view that covers the chat, too.
    await page.evaluate("location.hash = 'v=approvals'");
    await page.getByRole("dialog", { name: "Approvals" }).waitFor();
    await find(page, "policy");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Policy" }).waitFor();
  });
});

const active = async (page: Page): Promise<string | null> => field(page).getAttribute("aria-activedescendant");
