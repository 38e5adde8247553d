import { readFile, writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";

// Draws the icons that cannot be vectors from public/icon.svg. Run by hand when that changes: sh ../../bin/bun draw-icons.ts
const source = await readFile("public/icon.svg", "utf8");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const { name, size, full } of [
  { name: "icon-192.png", size: 192, full: false },
  { name: "icon-512.png", size: 512, full: false },
  // Systems cut this one to their own shape.
  { name: "icon-maskable.png", size: 512, full: true },
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const drawn = full ? source.replace(/rx="\d+"/, "") : source;
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawn}`);
  await writeFile(`public/${name}`, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
