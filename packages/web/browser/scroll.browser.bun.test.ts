import { contentChunk, ending, roleChunk } from "@dispatch/testkit";
import type { StoredChunk } from "@dispatch/wire";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser, openDesk, say } from "./page.fixture.ts";
import { tasksDuring } from "./tasks.fixture.ts";

const watchFrames = `(() => {
  window.__frames = []; window.__shift = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value; }).observe({ type: "layout-shift" });
  let before = performance.now();
  const next = (now) => { window.__frames.push(now - before); before = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
})()`;

interface Watched {
  readonly frames: readonly number[];
  readonly shift: number;
}

async function watched(page: Page): Promise<Watched> {
  return (await page.evaluate("({ frames: window.__frames, shift: window.__shift })")) as Watched;
}

/** Of the row that stands first among those that are built. */
const firstKey = "document.querySelector('[data-key]').dataset.key";
const middle = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const transcript = (page: Page) => page.getByRole("region", { name: "Transcript" });

/** Of the processor's time, so that what the machine does beside does not count. */
const taskMsMax = 50;

function expectSmooth(tasks: readonly number[]): void {
  expect(tasks.length).toBeGreaterThan(100);
  expect(tasks.filter((taskMs) => taskMs > taskMsMax)).toEqual([]);
}

describe.skipIf(!hasBrowser)("long conversations", () => {
  test("twenty thousand deltas stream without a jerk, and what is read stays in its place", { timeout: 180_000 }, async () => {
    const words = Array.from({ length: 20_000 }, (_, at) => (at % 97 === 96 ? ".\n\n" : `word${at % 50} `));
    const bursts = Array.from({ length: 400 }, (_, at) =>
      words
        .slice(at * 50, at * 50 + 50)
        .map(contentChunk)
        .join(""),
    );
    await using desk = await openDesk([
      { steps: [roleChunk(), ...bursts.flatMap((burst) => [burst, { pauseMs: 5 }]), contentChunk("That was all."), ending("stop")] },
    ]);
    const { page, complaints } = await desk.open();
    await page.evaluate(watchFrames);
    const tasks = await tasksDuring(page, async () => {
      await say(page, "Go");
      await page.getByText("That was all.").waitFor({ timeout: 120_000 });
    });
    expectSmooth(tasks);
    const { frames, shift } = await watched(page);
    expect(middle(frames)).toBeLessThan(25);
    expect(shift).toBeLessThan(0.1);
    expect(complaints).toEqual([]);
  });

  test("ten thousand messages are scrolled from end to beginning, and few of them are built at a time", { timeout: 180_000 }, async () => {
    await using desk = await openDesk([]);
    const { page, complaints } = await desk.open({ path: "/#c=big" });
    await page.route("**/conversations/big?*", (route) => {
      const query = new URL(route.request().url()).searchParams;
      const before = Number(query.get("beforeSeq") ?? messages.length + 1);
      const since = Number(query.get("sinceSeq") ?? 0);
      const chunks = messages.filter(({ seq }) => seq > since && seq < before).slice(-Number(query.get("limit") ?? messages.length));
      return route.fulfill({ json: { chunks, latestSeq: chunks.at(-1)?.seq ?? since } });
    });
    await page.reload();
    await page.getByText("Answer 10000").waitFor();
    await page.evaluate(watchFrames);
    await transcript(page).hover();
    const tasks = await tasksDuring(page, async () => {
      for (let screen = 0; screen < 60; screen += 1) await page.mouse.wheel(0, -2_500);
    });
    expectSmooth(tasks);
    for (let key = 0; key < 40 && !(await page.getByText("Question 1.", { exact: true }).isVisible()); key += 1) {
      const rows = await page.evaluate(firstKey);
      await transcript(page).press("Home");
      await expect.poll(() => page.evaluate(firstKey), { interval: 10, timeout: 10_000 }).not.toBe(rows);
    }
    await page.getByText("Question 1.", { exact: true }).waitFor();
    expect(Number(await page.evaluate("document.querySelectorAll('[data-key]').length"))).toBeLessThan(100);
    const { frames } = await watched(page);
    expect(middle(frames)).toBeLessThan(25);
    await page.getByRole("button", { name: "Go to the end" }).click();
    await page.getByText("Answer 10000").waitFor();
    expect(complaints).toEqual([]);
  });
});

const messages: readonly StoredChunk[] = Array.from({ length: 10_000 }, (_, at) => {
  const seq = at + 1;
  const text =
    seq % 2 === 1
      ? `Question ${seq}.`
      : `**Answer ${seq}** with a list:\n\n${"- one line of it, long enough to wrap on a phone\n".repeat(seq % 9)}\n${"And a paragraph. ".repeat(seq % 31)}`;
  return { seq, role: seq % 2 === 1 ? "user" : "assistant", chunk: { type: "text", text }, messageId: `m${seq}` };
});
