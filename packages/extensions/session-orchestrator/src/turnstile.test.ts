import { expect, test } from "vitest";
import { Turnstile } from "./turnstile.ts";

const turnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));
const microtasks = async () => {
  for (let n = 0; n < 5; n++) await Promise.resolve();
};

test("of many that come at once eight go through in each turn of the event loop, in their order, and one that comes alone does not wait", async () => {
  const turnstile = new Turnstile();
  const passed: number[] = [];
  const pass = (n: number) => turnstile.pass().then(() => passed.push(n));
  const all = Promise.all(Array.from({ length: 20 }, (_, n) => pass(n)));
  const counts: number[] = [];
  for (let n = 0; n < 4; n++) {
    await microtasks();
    counts.push(passed.length);
    await turnOfLoop();
  }
  expect(counts).toEqual([8, 16, 20, 20]);
  await all;
  expect(passed).toEqual(passed.toSorted((a, b) => a - b));
  const alone = pass(20);
  await microtasks();
  expect(passed).toHaveLength(21);
  await alone;
});
