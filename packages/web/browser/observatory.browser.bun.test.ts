import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { contentChunk, ending, type ModelScript, roleChunk } from "@dispatch/testkit";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { composer, hasBrowser, openDesk, say } from "./page.fixture.ts";

const shots = resolve(import.meta.dirname, "../../../.cache/screenshots");
const answer = (text: string, cachedTokens: number) =>
  roleChunk() + contentChunk(text) + ending("stop", { promptTokens: 12_000, completionTokens: 340, cachedTokens });
const refused = {
  status: 401,
  headers: { "content-type": "application/json" },
  steps: [JSON.stringify({ error: { message: "bad key" } })],
};
const script: ModelScript = [answer("First.", 600), answer("Second.", 2_400), refused];
const collecting = { DISPATCH_COLLECTOR: "on" };

/** Two turns that end well and one that fails. */
async function converse(page: Page): Promise<void> {
  await say(page, "Say first");
  await page.getByText("First.").waitFor();
  await say(page, "Say second");
  await page.getByText("Second.").waitFor();
  await say(page, "Fail");
  await page.getByText(/did not accept the key/).waitFor();
}

async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  )) as { readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[] };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

describe.skipIf(!hasBrowser)("the observatory", () => {
  test("a person sees speed, tokens by kind, cache hits with an alarm, waiting times, and the slow and failed turns of a day, a week and a month", async () => {
    await using desk = await openDesk(script, collecting);
    const { page, complaints } = await desk.open();
    await converse(page);
    await page.getByRole("button", { name: "Observatory" }).click();

    const tile = (name: string) => page.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) });
    await tile("Turns").getByText("3", { exact: true }).waitFor();
    await tile("Turns").getByText("1 failed").waitFor();
    await tile("Input tokens").getByText("24k").waitFor();
    await tile("Cost").getByText("Price unknown").waitFor();
    await tile("Cost").getByText("1 of 1 models has no known price").waitFor();
    await page.getByRole("alert").getByText("Only 13% of the input came from a cache.").waitFor();
    await page.getByRole("list", { name: "Throughput by model" }).getByText("opencode/scripted").waitFor();
    await page.getByRole("list", { name: "Tokens by model" }).getByText("3.0k cached").waitFor();
    await page.getByRole("img", { name: "To the first token: steps by time" }).locator("canvas").waitFor();
    await page.getByRole("img", { name: "Whole turns: turns by time" }).locator("canvas").waitFor();
    await page.getByText("As a table").first().click();
    await page
      .getByRole("region", { name: "To the first token: steps by time, as a table" })
      .getByRole("columnheader", { name: "steps" })
      .waitFor();

    await page.getByRole("button", { name: "Week" }).click();
    await page.getByRole("img", { name: "Tokens by day" }).locator("canvas").waitFor();
    await page.getByRole("button", { name: "Month" }).click();
    await page.getByRole("button", { name: "The month before" }).click();
    await page.getByText("No turn ended in this month").waitFor();
    // A place in time has an address: it is there after a reload, and "back" leads out of it.
    await page.reload();
    await page.getByText("No turn ended in this month").waitFor();
    await page.goBack();
    await page.getByRole("img", { name: "Tokens by day" }).waitFor();
    await page.getByRole("button", { name: "Day", exact: true }).click();
    expect(await page.getByRole("button", { name: "The day after" }).isDisabled()).toBe(true);

    const failed = page.getByRole("list", { name: "Failed turns" });
    await expect.poll(() => look(page, failed.getByRole("link").count()), { timeout: 20_000 }).toBe(2);
    expect(await page.getByRole("list", { name: "Slow turns" }).getByRole("listitem").count()).toBeGreaterThanOrEqual(1);
    await failed.getByRole("link", { name: /failed/ }).click();
    await page.getByRole("tree", { name: "Spans" }).waitFor();
    await page.goBack();
    await failed.getByRole("link", { name: /Open the conversation/ }).click();
    await page.getByText("Second.").waitFor();
    await composer(page).waitFor();
    expect(complaints).toEqual([]);
  });

  test("cost is told where a provider lists its prices, cached input at its own, and a model without one is named instead of counted as free", async () => {
    const priced = { prompt: "0.000003", completion: "0.000015", input_cache_read: "0.0000003" };
    const data = [
      { id: "scripted", pricing: priced },
      { id: "router", pricing: { prompt: "-1", completion: "-1" } },
    ];
    const models = { headers: { "content-type": "application/json" }, steps: [JSON.stringify({ data })] };
    await using desk = await openDesk([answer("First.", 9_000), answer("Second.", 0)], {}, models);
    const tile = (page: Page) => page.locator("dl > div").filter({ has: page.getByText("Cost", { exact: true }) });
    await (await desk.post("/chat", { message: "Hello" })).text();
    const { page, complaints } = await desk.open({ path: "/#v=observatory" });
    // 3,000 and 9,000 tokens in, 340 out.
    await tile(page).getByText("$0.017").waitFor();
    await tile(page).getByText("by the prices listed now").waitFor();
    await (await desk.post("/chat", { message: "Hello", model: "opencode/router" })).text();
    await page.reload();
    await tile(page).getByText("$0.017").waitFor();
    await tile(page).getByText("1 of 2 models has no known price").waitFor();
    const row = (model: string) => page.getByRole("list", { name: "Tokens by model" }).getByRole("listitem").filter({ hasText: model });
    await row("opencode/scripted").getByText("$0.017").waitFor();
    await row("opencode/router").getByText("no known price").waitFor();
    expect(complaints).toEqual([]);
  });

  test("where nothing collects traces it says so and how to turn that on, and what does not need them is there", async () => {
    await using desk = await openDesk([answer("First.", 9_000)]);
    const { page } = await desk.open();
    await say(page, "Hello");
    await page.getByText("First.").waitFor();
    await page.getByRole("button", { name: "Observatory" }).click();
    await page.getByText("Tracing is off").first().waitFor();
    await page
      .getByText(/DISPATCH_COLLECTOR/)
      .first()
      .waitFor();
    await page.getByRole("list", { name: "Throughput by model" }).getByText("opencode/scripted").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("without a connection it says so, and shows what was asked for when it is back", async () => {
    await using desk = await openDesk([answer("First.", 0)]);
    const { page } = await desk.open({ path: "/#v=observatory" });
    await page.getByText("No turn ended in this day").waitFor();
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "The day before" }).click();
    await page.getByText("No connection to the server").first().waitFor();
    await page.context().setOffline(false);
    await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
    await page.getByText("No turn ended in this day").waitFor();
  });

  test("axe finds nothing at three widths, light and dark, and nothing moves sideways", { timeout: 180_000 }, async () => {
    await using desk = await openDesk(script, collecting);
    const first = await desk.open();
    await converse(first.page);
    await mkdir(shots, { recursive: true });
    const day = new Date().toLocaleDateString("sv-SE");
    for (const theme of ["light", "dark"] as const)
      for (const width of [360, 768, 1_440])
        for (const [name, path] of [
          ["observatory", `/#v=observatory.week-${day}`],
          ["observatory-empty", "/#v=observatory.month-2020-01"],
        ] as const) {
          const { page, complaints } = await desk.open({ width, height: 900, theme, path });
          await page.getByText(name === "observatory" ? "Day by day" : "No turn ended in this month").waitFor();
          if (name === "observatory") await page.locator("canvas").nth(2).waitFor();
          await page.screenshot({ path: `${shots}/${name}-${width}-${theme}.png` });
          expect([name, width, theme, await findings(page)]).toEqual([name, width, theme, []]);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
          expect(complaints).toEqual([]);
          if (name === "observatory") {
            await page.evaluate("document.querySelector('#view > .overflow-y-auto').scrollTo(0, 900)");
            await page.screenshot({ path: `${shots}/${name}-${width}-${theme}-below.png` });
          }
          await page.context().close();
        }
  });
});

/** Traces come a moment later: looked for again where that is offered. */
async function look<T>(page: Page, found: Promise<T>): Promise<T> {
  const again = page.getByRole("button", { name: "Look again" }).first();
  if (await again.isVisible()) await again.click();
  return found;
}
