import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { contentChunk, ending, reasoningChunk, roleChunk, toolCallAnswer } from "@dispatch/testkit";
import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { hasBrowser, openDesk, say } from "./page.fixture.ts";

/** Kept so that people can look at them. */
const shots = resolve(import.meta.dirname, "../../../.cache/screenshots");

const text = [
  "# A heading\n\nSome **text** with `code`, a [link](https://example.org) and\n\n- a list\n- of two\n\n",
  "```ts\nexport const add = (a: number, b: number): number => a + b; // sum\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> A quote.",
];

describe.skipIf(!hasBrowser)("for everybody", () => {
  test("axe finds nothing at three widths, light and dark, and the page never scrolls sideways", { timeout: 180_000 }, async () => {
    const edit = { path: "a.txt", content: "one\ntwo\n" };
    await using desk = await openDesk([
      roleChunk() +
        reasoningChunk("I think.") +
        toolCallAnswer([
          { id: "w", name: "write_file", arguments: JSON.stringify(edit) },
          { id: "r", name: "run_shell", arguments: '{"command":"false"}' },
        ]),
      roleChunk() + text.map(contentChunk).join("") + ending("stop", { promptTokens: 10, completionTokens: 20 }),
    ]);
    const first = await desk.open();
    await say(first.page, "Show me everything");
    await first.page.getByText("A quote.").waitFor();
    const { hash } = new URL(first.page.url());
    await mkdir(shots, { recursive: true });
    for (const theme of ["light", "dark"] as const) {
      for (const width of [360, 768, 1_440]) {
        for (const [name, path] of [
          ["empty", "/#c=nothing-yet"],
          ["chat", `/${hash}`],
        ] as const) {
          const { page, complaints } = await desk.open({ width, height: 800, theme, path });
          await page.getByText(name === "empty" ? "What shall we work on?" : "A quote.").waitFor();
          if (name === "chat") await page.locator(".k-keyword").first().waitFor();
          await page.screenshot({ path: `${shots}/${name}-${width}-${theme}.png` });
          await page.evaluate(axe.source);
          const found = (await page.evaluate(
            "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
          )) as Found;
          expect(
            found.violations.map(
              ({ id, nodes }) => `${name} ${width} ${theme} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
            ),
          ).toEqual([]);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
          expect(complaints).toEqual([]);
          await page.context().close();
        }
      }
    }
  });

  test("the first page needs little: at most 150 KB of scripts, packed, and nothing from elsewhere", async () => {
    await using desk = await openDesk([]);
    const { page, complaints } = await desk.open();
    await page.getByText("What shall we work on?").waitFor();
    const scripts = (await page.evaluate(
      "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).map(({ name, encodedBodySize, decodedBodySize }) => ({ name, encodedBodySize, decodedBodySize }))",
    )) as readonly { readonly name: string; readonly encodedBodySize: number; readonly decodedBodySize: number }[];
    const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
    expect(sum(scripts.map(({ decodedBodySize }) => decodedBodySize))).toBeGreaterThan(100_000);
    expect(sum(scripts.map(({ encodedBodySize }) => encodedBodySize))).toBeLessThan(150 * 1_024);
    expect(scripts.map(({ name }) => name).filter((name) => /terminal|highlighter|file-changes/.test(name))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("the list of a phone opens, closes with Escape, and a choice in it closes it too", async () => {
    await using desk = await openDesk([roleChunk() + contentChunk("Hi.") + ending("stop")]);
    const { page } = await desk.open({ width: 360, height: 740 });
    await say(page, "First one");
    await page.getByText("Hi.").waitFor();
    const list = page.getByRole("dialog", { name: "Conversations" });
    await page.getByRole("button", { name: "Conversations" }).click();
    await list.waitFor();
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Conversations" }).click();
    await list.getByRole("button", { name: "New conversation" }).click();
    await page.getByText("What shall we work on?").waitFor();
    await page.getByRole("button", { name: "Conversations" }).click();
    await list.getByRole("link", { name: /First one/ }).click();
    await page.getByText("Hi.").waitFor();
    expect(await list.isVisible()).toBe(false);
  });

  test("a screen reader is told that work begins and ends, and never hears the words as they stream", async () => {
    const more = Promise.withResolvers<void>();
    await using desk = await openDesk([
      { steps: [roleChunk() + contentChunk("Half"), { until: more.promise }, contentChunk(" and half.") + ending("stop")] },
    ]);
    const { page } = await desk.open();
    await page.evaluate(
      "window.__said = []; new MutationObserver(() => { for (const live of document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]')) if (live.textContent && __said.at(-1) !== live.textContent) __said.push(live.textContent); }).observe(document.body, { subtree: true, childList: true, characterData: true })",
    );
    await say(page, "Go");
    await page.getByText("Half").waitFor();
    more.resolve();
    await page.getByText("Half and half.").waitFor();
    await page.getByText("The answer is complete.").waitFor({ state: "attached" });
    expect(await page.evaluate("window.__said")).toEqual(["Working on an answer.", "The answer is complete."]);
  });
});

interface Found {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}
