import { contentChunk, ending, roleChunk, toolCallAnswer } from "@dispatch/testkit";
import { describe, expect, test } from "vitest";
import { hasBrowser, openDesk, say } from "./page.fixture.ts";

const mark = "window.__ran = true";
const outputs: { readonly [name: string]: string } = {
  "scripts, handlers and frames": [
    `<script>${mark}</script>`,
    `<img src=x onerror="${mark}">`,
    `<svg onload="${mark}"><a xlink:href="javascript:${mark}">x</a></svg>`,
    `[click](javascript:${mark})`,
    `[click](data:text/html,<script>${mark}</script>)`,
    `![picture](https://evil.example/pixel.png)`,
    `<iframe src="https://evil.example"></iframe><form action="https://evil.example"><input name=a></form>`,
    `<style>*{display:none}</style><base href="https://evil.example">`,
    "```html\n<script>window.__ran = true</script>\n```",
    `<a href="https://evil.example" ping="https://evil.example/ping">ping</a>`,
  ].join("\n\n"),
  "one line of a million letters": "a".repeat(1_000_000),
  "right-to-left overrides": `user \u202Egnp.exe\u202C and \u2066nested\u2069 ${"\u202E".repeat(2_000)} end\n\n\`rm \u202Exslx\``,
  "quotes nested ten thousand deep": `${">".repeat(10_000)} deep`,
  "lists nested five hundred deep": Array.from({ length: 500 }, (_, depth) => `${"  ".repeat(depth)}- item`).join("\n"),
  "brackets that no parser likes": `${"[".repeat(20_000)}${"](".repeat(5_000)}`,
  "stars and underscores": `${"*a _b ".repeat(20_000)}`,
  "a table of five hundred columns": `|${"c|".repeat(500)}\n|${"-|".repeat(500)}\n${`|${"x|".repeat(500)}\n`.repeat(20)}`,
  "a fence that never ends": `\`\`\`ts\n${"const x = 1;\n".repeat(20_000)}`,
  "letters with a thousand accents": `Z${"\u0301".repeat(5_000)} text`,
};

const longestTask = `new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.__longest = Math.max(window.__longest ?? 0, duration);
}).observe({ type: "longtask", buffered: true })`;

/** Far above what a quiet machine needs, far below what a frozen page takes. */
const taskMsMax = 2_000;

describe.skipIf(!hasBrowser)("hostile output", () => {
  test("of a model neither runs, nor loads anything, nor freezes the page, nor breaks its layout", { timeout: 240_000 }, async () => {
    const names = Object.keys(outputs);
    await using desk = await openDesk(
      names.map(
        (name) =>
          roleChunk() +
          piecesOf(outputs[name] ?? "")
            .map(contentChunk)
            .join("") +
          contentChunk(`\n\nThe end of ${name}.`) +
          ending("stop"),
      ),
    );
    const { page, complaints } = await desk.open({ width: 768 });
    await page.evaluate(longestTask);
    for (const name of names) {
      await say(page, `Try ${name}`);
      await page.getByText("Stop").waitFor({ state: "detached" });
      await page.getByText(`The end of ${name}.`).last().waitFor({ timeout: 60_000 });
      expect(await page.evaluate("window.__ran"), name).toBeUndefined();
      expect(
        await page.evaluate(
          "document.documentElement.scrollWidth <= innerWidth && document.querySelector('[aria-label=Transcript]').scrollWidth <= innerWidth",
        ),
        name,
      ).toBe(true);
    }
    expect(
      await page
        .locator(
          "[aria-label=Transcript] :is(script, iframe, form, input, style, base, [onerror], [onload], a[href^='javascript:'], a[ping])",
        )
        .count(),
    ).toBe(0);
    // The browser tells of what its policy refused: nothing got as far as that.
    expect(complaints).toEqual([]);
    expect(Number(await page.evaluate("window.__longest ?? 0"))).toBeLessThan(taskMsMax);
  });

  test("ten megabytes of text arrive, and the page still answers", { timeout: 240_000 }, async () => {
    const paragraph = `${"All work and no play makes a long text. ".repeat(25)}\n\n`;
    const piece = contentChunk(paragraph.repeat(20));
    await using desk = await openDesk([
      { steps: [roleChunk(), ...Array.from({ length: 500 }, () => piece), contentChunk("That was all."), ending("stop")] },
    ]);
    const { page, complaints } = await desk.open();
    await page.evaluate(longestTask);
    await say(page, "Everything");
    await page.getByText("That was all.").waitFor({ timeout: 120_000 });
    await page.getByRole("region", { name: "Transcript" }).press("Home");
    await page.getByRole("region", { name: "Transcript" }).getByText("Everything", { exact: true }).waitFor();
    expect(Number(await page.evaluate("document.querySelectorAll('[data-key]').length"))).toBeLessThan(60);
    expect(Number(await page.evaluate("window.__longest ?? 0"))).toBeLessThan(taskMsMax);
    expect(complaints).toEqual([]);
  });

  test("a command that writes escape sequences draws inside of its box and nowhere else", async () => {
    const bomb =
      "printf '\\033[2J\\033[9999;9999H\\033]0;title\\007\\033]8;;javascript:alert(1)\\007link\\033]8;;\\007'; yes '\\033[31mred\\033[999D' | head -c 60000; echo; echo the-end";
    await using desk = await openDesk([
      toolCallAnswer([
        {
          id: "c",
          name: "run_shell",
          arguments: JSON.stringify({
            command: bomb.replace("yes '\\033[31mred\\033[999D'", "yes \"$(printf '\\033[31mred\\033[999D')\""),
          }),
        },
      ]),
      roleChunk() + contentChunk("Finished.") + ending("stop"),
    ]);
    const { page, complaints } = await desk.open();
    await say(page, "Draw");
    await page.getByText("Finished.").waitFor();
    await page.getByRole("button", { name: /Run/ }).click();
    await page.locator(".xterm-rows").getByText("the-end").waitFor();
    expect(await page.title()).not.toContain("title");
    expect(Number(await page.evaluate("document.querySelector('.xterm').getBoundingClientRect().height"))).toBeLessThan(500);
    expect(complaints).toEqual([]);
  });
});

function piecesOf(text: string): readonly string[] {
  const size = 20_000;
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
}
