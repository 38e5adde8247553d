import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Kept so that people can look at them. */
const shots = resolve(import.meta.dirname, "../../../.cache/screenshots");

interface Found {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** Takes a picture of the page as it is, and expects that axe finds nothing and that it does not scroll sideways. */
export async function expectLooks(page: Page, name: string): Promise<void> {
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png` });
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  )) as Found;
  expect(violations.map(({ id, nodes }) => `${name} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(page.viewportSize()?.width);
}

/** At three widths, light and dark. */
export async function expectLooksEverywhere(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [360, 768, 1_440]) {
      await page.setViewportSize({ width, height: 800 });
      await expectLooks(page, `${name}-${width}-${colorScheme}`);
    }
  }
}
