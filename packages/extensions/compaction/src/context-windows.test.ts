import { fault, type Model } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { ContextWindows } from "./context-windows.ts";

const { signal } = new AbortController();
const model = (contextWindow?: number): Model => ({
  name: "m",
  ...(contextWindow === undefined ? {} : { contextWindow }),
  stream: () => {
    throw new Error("nobody asks it");
  },
});
function catalogOf(answers: readonly (() => { readonly [name: string]: number | undefined })[]) {
  let asked = 0;
  return {
    asked: () => asked,
    async list() {
      const windows = answers[Math.min(asked++, answers.length - 1)]?.() ?? {};
      const modelInfo = Object.fromEntries(
        Object.entries(windows).map(([name, contextWindow]) => [name, contextWindow === undefined ? {} : { contextWindow }]),
      );
      return { models: Object.keys(windows), modelInfo };
    },
  };
}

test("a model that says its window is believed, and nobody else is asked", async () => {
  const catalog = catalogOf([() => ({ "a/m": 1 })]);
  const windows = new ContextWindows(catalog, signal);
  expect([windows.known("a/m", model(8)), await windows.of("a/m", model(8)), catalog.asked()]).toEqual([8, 8, 0]);
});

test("the catalog is asked once a model, however many want to know, and what it does not tell stays unknown", async () => {
  const catalog = catalogOf([() => ({ "a/m": 32, "a/silent": undefined })]);
  const windows = new ContextWindows(catalog, signal);
  expect(windows.known("a/m", model())).toBeUndefined();
  expect(await Promise.all([windows.of("a/m", model()), windows.of("a/m", undefined)])).toEqual([32, 32]);
  expect([windows.known("a/m", model()), catalog.asked()]).toEqual([32, 1]);
  expect([await windows.of("a/silent", model()), await windows.of("a/silent", model()), catalog.asked()]).toEqual([
    undefined,
    undefined,
    2,
  ]);
});

test("a catalog that cannot be had, or lacks the model, is asked again", async () => {
  const failing = () => {
    throw fault("unavailable", "credential-store/no-catalog", "Later.");
  };
  const catalog = catalogOf([failing, () => ({}), () => ({ "a/m": 16 })]);
  const windows = new ContextWindows(catalog, signal);
  expect([await windows.of("a/m", model()), await windows.of("a/m", model()), await windows.of("a/m", model())]).toEqual([
    undefined,
    undefined,
    16,
  ]);
});

// Reaches namesMax.
test("of more models than a process uses everything is forgotten, and asked again", async () => {
  const names = Array.from({ length: 513 }, (_, n) => `a/m${n}`);
  const catalog = catalogOf([() => Object.fromEntries(names.map((name) => [name, 8]))]);
  const windows = new ContextWindows(catalog, signal);
  for (const name of names.slice(0, 512)) await windows.of(name, undefined);
  await windows.of("a/m0", undefined);
  expect(catalog.asked()).toBe(512);
  await windows.of("a/m512", undefined);
  expect(await windows.of("a/m0", undefined)).toBe(8);
  expect(catalog.asked()).toBe(514);
});
