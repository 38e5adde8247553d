import { textAnswer } from "@dispatch/testkit";
import { describe, expect, test } from "vitest";
import { hasBrowser, openDesk } from "./page.fixture.ts";

/** A phone on a slow mobile link: 1.6 Mbit/s down, and 150 ms before each answer begins. */
const link = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const loadsMax = 5;
/** When the message field is there and the page has rested from what made it. */
const watchReady = `new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.__busyUntil = entry.startTime + entry.duration;
}).observe({ type: "longtask", buffered: true });
new MutationObserver((_, observer) => {
  if (document.getElementById("composer") === null) return;
  window.__ready = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });`;

interface Load {
  readonly painted: number;
  readonly ready: number;
  readonly busyUntil: number;
  readonly bytes: number;
}

describe.skipIf(!hasBrowser)("on a slow link", () => {
  test("a first visit is painted within a second, and a person can write within one and a half", { timeout: 120_000 }, async () => {
    await using desk = await openDesk(() => textAnswer(["Yes."]));
    const loads: Load[] = [];
    // Of a busy machine the best of several counts: what it does beside cannot be told from what the page needs.
    while (loads.length < loadsMax && !loads.some(isFast)) {
      const { page } = await desk.open({ path: "/health" });
      const devtools = await page.context().newCDPSession(page);
      await devtools.send("Network.enable");
      await devtools.send("Network.emulateNetworkConditions", link);
      await page.addInitScript(watchReady);
      await page.goto(desk.url);
      await page.getByLabel("Message", { exact: true }).waitFor();
      loads.push(
        (await page.evaluate(`({
          painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
          ready: window.__ready,
          busyUntil: window.__busyUntil ?? 0,
          bytes: performance.getEntriesByType("resource").reduce((sum, { transferSize }) => sum + transferSize, 0),
        })`)) as Load,
      );
      await page.context().close();
    }
    expect(loads.filter(isFast), JSON.stringify(loads)).toHaveLength(1);
  });
});

const isFast = ({ painted, ready, busyUntil }: Load): boolean => painted < 1_000 && Math.max(ready, busyUntil) < 1_500;
