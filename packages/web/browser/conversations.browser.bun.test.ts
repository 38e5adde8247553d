import { readFile } from "node:fs/promises";
import { contentChunk, ending, type ModelScript, roleChunk, textAnswer } from "@dispatch/testkit";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { composer, hasBrowser, openDesk, say } from "./page.fixture.ts";

type Desk = Awaited<ReturnType<typeof openDesk>>;

const answers: ModelScript = () => ({ steps: [textAnswer(["A plain answer."])] });
const list = (page: Page) => page.getByRole("navigation", { name: "Conversations" });
const search = (page: Page) => page.getByRole("searchbox", { name: "Search conversations" });

/** One turn over HTTP, until it is sealed. */
async function turn(desk: Desk, conversationId: string, message: string): Promise<void> {
  await (await desk.post("/chat", { conversationId, message })).text();
}

async function menu(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name, exact: true }).click();
}

describe.skipIf(!hasBrowser)("conversations", () => {
  test("what was said far up is found in its context, and a choice leads to it by the keyboard alone", { timeout: 60_000 }, async () => {
    await using desk = await openDesk(answers);
    await turn(desk, "old", "Where in the haystack is the needle?");
    for (let at = 0; at < 160; at += 1) await turn(desk, "old", `Go on with number ${at}.`);
    await turn(desk, "other", "Nothing of the kind");
    const { page, complaints } = await desk.open({ path: "/#c=other" });
    await page.getByText("Nothing of the kind").last().waitFor();
    await search(page).fill("NEEDL");
    const found = list(page).getByRole("region", { name: "Found" });
    expect(await found.locator("mark").allTextContents()).toEqual([]);
    await found.locator("mark").first().waitFor();
    expect(await found.locator("mark").allTextContents()).toContain("needle");
    // From the field to the conversation, and from there to the place in it.
    await search(page).press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const row = page.locator("[data-found]");
    await row.getByText("Where in the haystack is the needle?").waitFor();
    expect(await row.evaluate((element) => element.parentElement === element.ownerDocument.activeElement)).toBe(true);
    await expect.poll(() => page.evaluate("CSS.highlights.get('found')?.size ?? 0")).toBeGreaterThan(0);
    expect(await page.getByText("Go on with number 159.").count()).toBe(0);
    await page.getByRole("button", { name: "Go to the end" }).click();
    await page.getByText("Go on with number 159.").last().waitFor();
    await search(page).fill("quite absent");
    await found.getByText("Nothing found").waitFor();
    await search(page).press("Escape");
    await list(page)
      .getByRole("link", { name: /Nothing of the kind/ })
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test("filters show what works and what is closed; what is closed is read, and a message opens it again", async () => {
    let asked = 0;
    await using desk = await openDesk(() => {
      asked += 1;
      return asked === 2 ? { steps: [roleChunk() + contentChunk("Still at it"), "stall"] } : { steps: [textAnswer(["Quick."])] };
    });
    const { page, complaints } = await desk.open();
    await say(page, "Rests soon");
    await page.getByText("Quick.").last().waitFor();
    await page.getByRole("button", { name: "New conversation" }).click();
    await say(page, "Works long");
    await page.getByText("Still at it").waitFor();
    await list(page).getByRole("button", { name: "Working" }).click();
    await list(page)
      .getByRole("link", { name: /Works long.*is working/s })
      .waitFor();
    expect(await list(page).getByRole("link").count()).toBe(1);
    await page.getByRole("button", { name: "Stop" }).click();
    await list(page).getByText("Nothing is working").waitFor();
    await list(page).getByRole("button", { name: "Open", exact: true }).click();
    await list(page)
      .getByRole("link", { name: /Rests soon/ })
      .click();
    await menu(page, "Close");
    await page.getByText("This conversation is closed. A message opens it again.").waitFor();
    await list(page)
      .getByRole("link", { name: /Rests soon/ })
      .waitFor({ state: "detached" });
    await list(page)
      .getByRole("link", { name: /Works long/ })
      .click();
    await page.getByText("Still at it").waitFor();
    await list(page).getByRole("button", { name: "Closed" }).click();
    await list(page)
      .getByRole("link", { name: /Rests soon/ })
      .click();
    await page.getByText("Quick.").last().waitFor();
    await page.getByText("This conversation is closed.").waitFor();
    await say(page, "Open again");
    await page.getByText("This conversation is closed.").waitFor({ state: "detached" });
    await list(page).getByText("Nothing is closed").waitFor();
    expect(complaints).toEqual([]);
  });

  test("a conversation is opened on another device, and its tab goes everywhere when it is closed on one", async () => {
    await using desk = await openDesk(answers);
    const one = await desk.open();
    const two = await desk.open();
    await say(two.page, "Theirs");
    await two.page.getByText("A plain answer.").waitFor();
    await say(one.page, "Mine");
    await one.page.getByText("A plain answer.").waitFor();
    await menu(one.page, "Open on other devices");
    const tabs = two.page.getByRole("group", { name: "Open conversations" });
    await tabs.getByRole("button", { name: "Mine", exact: true }).waitFor();
    expect(await two.page.getByRole("heading", { level: 1 }).textContent()).toContain("Mine");
    expect(await two.page.evaluate("JSON.parse(localStorage.getItem('dispatch.tabs')).length")).toBe(2);
    await menu(one.page, "Close");
    await two.page.getByText("This conversation is closed.").waitFor();
    expect(await two.page.evaluate("JSON.parse(localStorage.getItem('dispatch.tabs')).length")).toBe(1);
    // A browser that was away meanwhile finds out when it is back.
    await two.page.evaluate(
      "localStorage.setItem('dispatch.tabs', JSON.stringify(['gone', ...JSON.parse(localStorage.getItem('dispatch.tabs'))]))",
    );
    await two.page.reload();
    await two.page
      .getByRole("link", { name: /Theirs/ })
      .first()
      .waitFor();
    await expect.poll(() => two.page.evaluate("JSON.parse(localStorage.getItem('dispatch.tabs')).length")).toBe(1);
    expect([...one.complaints, ...two.complaints]).toEqual([]);
  });

  test("compacting leaves everything in sight; what stood before is an archive that is only read", async () => {
    await using desk = await openDesk(() => ({ steps: [textAnswer([`It is so. ${"Words to be folded. ".repeat(60)}`])] }));
    for (let at = 0; at < 9; at += 1) await turn(desk, "long", `Question ${at}`);
    const { page, complaints } = await desk.open({ path: "/#c=long" });
    await page.getByText("Question 8").last().waitFor();
    await menu(page, "Compact");
    await page.getByText(/messages are a summary now/).waitFor();
    await page.getByRole("button", { name: "Summary of what came before" }).waitFor();
    await page.getByText("Question 8").last().waitFor();
    await menu(page, "See it before it was compacted");
    await page.getByText(/stood before it was compacted. It can only be read./).waitFor();
    expect(await composer(page).count()).toBe(0);
    await page.getByRole("button", { name: "Go to it" }).click();
    await composer(page).waitFor();
    expect(complaints).toEqual([]);
  });

  test("a conversation is saved as a file that has its title for a name", async () => {
    await using desk = await openDesk(answers);
    const { page, complaints } = await desk.open();
    await say(page, "Keep this");
    await page.getByText("A plain answer.").waitFor();
    for (const [button, ending_] of [
      ["Save as Markdown", "md"],
      ["Save as Web page", "html"],
      ["Save as JSON", "json"],
    ] as const) {
      const download = page.waitForEvent("download");
      await menu(page, button);
      const file = await download;
      expect(file.suggestedFilename()).toBe(`keep-this.${ending_}`);
      expect(await readFile(await file.path(), "utf8")).toContain("A plain answer.");
    }
    expect(complaints).toEqual([]);
  });

  test("a search that fails says so, and works again when the server does", async () => {
    await using desk = await openDesk([roleChunk() + contentChunk("Hi.") + ending("stop")]);
    const { page } = await desk.open();
    await say(page, "Findable");
    await page.getByText("Hi.").waitFor();
    await page.route("**/search?*", (route) => route.abort());
    await search(page).fill("findable");
    await page.getByText("The search did not work").waitFor();
    await page.unroute("**/search?*");
    await search(page).fill("findab");
    await list(page).locator("mark").first().waitFor();
  });
});
