import { expect, test } from "vitest";
import { hueOf, initialOf, workspaceColour } from "./workspace-hue.ts";

/** Relative luminance, as contrast counts it, of an oklch colour brought into sRGB. */
function luminance(lightness: number, chroma: number, hue: number): number {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const within = (part: number) => Math.min(1, Math.max(0, part));
  const red = within(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = within(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = within(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (one: number, other: number): number => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
const hues = Array.from({ length: 360 }, (_, hue) => luminance(workspaceColour.lightness, workspaceColour.chroma, hue));

test("white letters on a workspace's colour can be read, whatever its hue", () => {
  expect(Math.min(...hues.map((colour) => contrast(colour, 1)))).toBeGreaterThan(4.5);
});

test("the colour stands out from the list's ground, light and dark", () => {
  const [light, dark] = [luminance(0.97, 0.005, 85), luminance(0.175, 0.006, 285)];
  expect(Math.min(...hues.map((colour) => contrast(colour, light)))).toBeGreaterThan(3);
  expect(Math.min(...hues.map((colour) => contrast(colour, dark)))).toBeGreaterThan(3);
});

test("a name always has the same hue, and names that differ in little mostly have others", () => {
  expect(hueOf("notes")).toBe(hueOf("notes"));
  const some = Array.from({ length: 20 }, (_, at) => hueOf(`project-${at}`));
  expect(new Set(some).size).toBeGreaterThan(15);
});

test("a workspace's letter is its title's first, also where that takes two units", () => {
  expect([initialOf(" home"), initialOf("🦊 den"), initialOf("")]).toEqual(["H", "🦊", "·"]);
});
