import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { contentChunk, ending, roleChunk, toolCallAnswer } from "@dispatch/testkit";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { composer, hasBrowser, openDesk, say } from "./page.fixture.ts";

const shots = resolve(import.meta.dirname, "../../../.cache/screenshots");
const collecting = { DISPATCH_COLLECTOR: "on" };
const usage = { promptTokens: 1_200, completionTokens: 34, cachedTokens: 900 };
const call = (name: string, input: unknown) => ({ id: `call-${name}`, name, arguments: JSON.stringify(input) });
const done = (text: string) => roleChunk() + contentChunk(text) + ending("stop", usage);
const withTool = [toolCallAnswer([call("glob", { pattern: "*" }), call("run_shell", { command: "echo hi" })]), done("All done.")];
const refused = {
  status: 401,
  headers: { "content-type": "application/json" },
  steps: [JSON.stringify({ error: { message: "bad key" } })],
};

const tree = (page: Page) => page.getByRole("tree", { name: "Spans" });
const item = (page: Page, name: RegExp | string) => tree(page).getByRole("treeitem", { name });
const about = (page: Page, name: string) => page.getByRole("region", { name: `About ${name}` });
/** What the tree says is current. */
const current = (page: Page) =>
  page.evaluate("document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText.split('\\n')[0]");

/** The trace of the newest turn, once all of it has been collected. */
async function openTrace(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Trace of this turn" }).last().click();
  await tree(page).waitFor();
  await page
    .locator(".badge")
    .filter({ hasText: /ended|failed/ })
    .waitFor({ timeout: 20_000 });
}

describe.skipIf(!hasBrowser)("traces", () => {
  test("a person walks a turn's spans by keyboard, opens a prompt, and sees where it parts from the one before", async () => {
    await using desk = await openDesk(withTool, collecting);
    const { page, complaints } = await desk.open();
    await say(page, "Look around");
    await page.getByText("All done.").waitFor();
    await openTrace(page);
    await item(page, /glob/).waitFor();
    expect(await tree(page).getByRole("treeitem", { name: /^step/ }).count()).toBe(2);

    await tree(page).focus();
    await page.keyboard.press("Home");
    expect(await current(page)).toBe("turn");
    await page.keyboard.press("ArrowRight");
    expect(await current(page)).toBe("step 0");
    const all = await tree(page).getByRole("treeitem").count();
    await page.keyboard.press("ArrowLeft");
    expect(await tree(page).getByRole("treeitem").count()).toBeLessThan(all);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    expect(await current(page)).toBe("step 0");
    await page.keyboard.press("Enter");
    await about(page, "step").getByText("tool-calls").waitFor();
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe("About step");
    await page.keyboard.press("Escape");
    expect(await current(page)).toBe("step 0");

    await item(page, "prompt").last().click();
    await about(page, "prompt").getByRole("button", { name: "Show the prompt" }).click();
    const prompt = page.getByRole("region", { name: "Prompt of step 1" });
    await prompt.getByText("System prompt").waitFor();
    await prompt.focus();
    await page.keyboard.press("End");
    await prompt
      .getByText(/tool-result/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Compare with step 0" }).click();
    await page.getByText(/It begins with all of it/).waitFor();
    await item(page, "prompt").first().click();
    await page.getByRole("button", { name: "Compare with the turn before" }).click();
    await page.getByText("This is the first turn of its conversation").waitFor();

    await page.getByRole("button", { name: "Turns", exact: true }).click();
    await page.getByRole("list", { name: "Turns" }).getByRole("link").click();
    await page.getByRole("link", { name: "Open the conversation" }).click();
    await page.getByText("All done.").waitFor();
    await composer(page).waitFor();
    expect(complaints).toEqual([]);
  });

  test("a prompt of sixty thousand lines is read to its end, with what hides in it made visible, and only what is seen is built", async () => {
    await using desk = await openDesk([done("Read.")], collecting);
    const message = `<img src=x onerror="document.title='run'">\u202e\n${Array.from({ length: 60_000 }, (_, n) => `line ${n}`).join("\n")}`;
    const response = await desk.post("/chat", { conversationId: "long", message });
    const turnId = /"turnId":"([^"]+)"/.exec(await response.text())?.[1];
    const { page, complaints } = await desk.open({ path: `/#c=long&v=traces.${turnId}` });
    await item(page, "prompt").click({ timeout: 30_000 });
    await page.getByRole("button", { name: "Show the prompt" }).click();
    const prompt = page.getByRole("region", { name: "Prompt of step 0" });
    await prompt.getByText("System prompt").waitFor();
    await prompt.focus();
    await page.keyboard.press("End");
    await prompt.getByText("more characters").waitFor();
    expect(await prompt.locator("[data-key]").count()).toBeLessThan(60);
    await page.keyboard.press("Home");
    await prompt.getByText("System prompt").waitFor();
    const shown = prompt.locator("[data-key]").filter({ hasText: "onerror" });
    for (let pages = 0; pages < 40 && (await shown.count()) === 0; pages++) await page.keyboard.press("PageDown");
    expect(await shown.first().textContent()).toContain("\\u{202e}");
    expect(await page.title()).not.toBe("run");
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
  });

  test("a turn that failed opens at what failed, with the reason", async () => {
    await using desk = await openDesk([refused], collecting);
    const { page } = await desk.open();
    await say(page, "Hello");
    await page.getByText(/did not accept the key/).waitFor();
    await page.getByRole("button", { name: "Traces" }).click();
    const turn = page.getByRole("list", { name: "Turns" }).getByRole("link", { name: /failed/ });
    await expect
      .poll(
        async () => {
          await page
            .getByRole("button", { name: "Traces" })
            .click()
            .catch(() => {});
          return turn.count();
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBe(1);
    await turn.click();
    await about(page, "provider.request").getByText("failed", { exact: true }).waitFor();
    expect(
      await tree(page)
        .getByRole("treeitem", { name: /failed: provider.request/ })
        .count(),
    ).toBe(1);
  });

  test("a turn that runs is shown as it runs and ends by itself; one that was not collected says so, and where tracing is off how to turn it on", async () => {
    const more = Promise.withResolvers<void>();
    await using desk = await openDesk(
      [{ steps: [roleChunk() + contentChunk("Working on it"), { until: more.promise }, contentChunk(".") + ending("stop", usage)] }],
      collecting,
    );
    const { page } = await desk.open();
    await say(page, "Begin");
    await page.getByText("Working on it").waitFor();
    const unknown = await desk.open({ path: "/#v=traces.turn-1-unknown" });
    await unknown.page.getByText("Not collected yet").waitFor();
    await page.getByRole("button", { name: "Traces" }).click();
    await expect
      .poll(
        async () => {
          if (await page.getByRole("button", { name: "Look again" }).isVisible())
            await page.getByRole("button", { name: "Look again" }).click();
          return page
            .getByRole("list", { name: "Turns" })
            .getByRole("link", { name: /running/ })
            .count();
        },
        { timeout: 20_000, interval: 300 },
      )
      .toBe(1);
    await page.getByRole("list", { name: "Turns" }).getByRole("link").click();
    await item(page, /turn.*running/).waitFor();
    more.resolve();
    await page.locator(".badge").filter({ hasText: "ended" }).waitFor({ timeout: 20_000 });

    await using blind = await openDesk([done("Hi.")]);
    const { page: off } = await blind.open({ path: "/#v=traces.turn-1-unknown" });
    await off.getByText("Tracing is off").waitFor();
    await off.getByText(/DISPATCH_COLLECTOR is off/).waitFor();
  });

  test("axe finds nothing at three widths, light and dark, and nothing moves sideways", { timeout: 180_000 }, async () => {
    await using desk = await openDesk(withTool, collecting);
    const first = await desk.open();
    await say(first.page, "Look around");
    await first.page.getByText("All done.").waitFor();
    await openTrace(first.page);
    const { hash } = new URL(first.page.url());
    await mkdir(shots, { recursive: true });
    for (const theme of ["light", "dark"] as const)
      for (const width of [360, 768, 1_440]) {
        const { page, complaints } = await desk.open({ width, height: 900, theme, path: `/${hash}` });
        await item(page, /glob/).waitFor();
        await page.screenshot({ path: `${shots}/trace-${width}-${theme}.png` });
        await item(page, "prompt").last().click();
        await page.getByRole("button", { name: "Show the prompt" }).click();
        await page.getByRole("button", { name: /Compare with/ }).click();
        await page.getByText(/It begins with all of it/).waitFor();
        await page.getByText("System prompt").waitFor();
        await page.screenshot({ path: `${shots}/trace-prompt-${width}-${theme}.png` });
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate(
          "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
        )) as { readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[] };
        expect(
          violations.map(({ id, nodes }) => `${width} ${theme} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`),
        ).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        await page.getByRole("button", { name: "Turns", exact: true }).click();
        await page.getByRole("list", { name: "Turns" }).waitFor();
        await page.screenshot({ path: `${shots}/traces-${width}-${theme}.png` });
        expect(complaints).toEqual([]);
        await page.context().close();
      }
  });
});
