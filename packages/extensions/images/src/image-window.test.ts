import fc from "fast-check";
import { expect, test } from "vitest";
import { leftOut } from "./image-window.ts";

const limits = { imagesMax: 10, bytesMax: 1_000 };
const singles = (count: number) => Array.from({ length: count }, () => [1]);
const sentOf = (count: number, imagesMax = 10) => count - leftOut(singles(count), { imagesMax, bytesMax: 1_000 });

test("up to the limit all are sent; beyond it half of them at once, so that the next ones change nothing", () => {
  expect(Array.from({ length: 22 }, (_, count) => sentOf(count))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 5, 6, 7, 8, 9, 10, 5, 6, 7, 8, 9,
  ]);
});

test("a limit of one sends the newest, and no limit sends all", () => {
  expect([sentOf(1, 1), sentOf(2, 1), sentOf(9, 1)]).toEqual([1, 1, 1]);
  expect([sentOf(2, 2), sentOf(3, 2), sentOf(4, 2)]).toEqual([2, 1, 2]);
  expect(sentOf(500, 0)).toBe(500);
});

test("of one message with too many images the newest that many are sent", () => {
  expect(leftOut([[1], [1], Array(12).fill(1)], limits)).toBe(4);
  expect(leftOut([Array(10).fill(1)], limits)).toBe(0);
  expect(leftOut([[1], Array(9).fill(1)], limits)).toBe(0);
  expect(leftOut([[1, 1], Array(9).fill(1)], limits)).toBe(2);
});

test("bytes count too, and one image that is larger than all may be is left out", () => {
  expect(leftOut([[400], [400], [300]], limits)).toBe(2);
  expect(leftOut([[400], [400], [200]], limits)).toBe(0);
  expect(leftOut([[900], [900]], limits)).toBe(1);
  expect(leftOut([[1], [1_001]], limits)).toBe(2);
});

test("never more than the limits are sent, what was left out stays out, and it changes at most once in half a limit", () => {
  const messages = fc.array(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 12 }), { maxLength: 40 });
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 12 }), (sizes, imagesMax) => {
      let before = 0;
      for (let count = 0; count <= sizes.length; count++) {
        const until = sizes.slice(0, count);
        const left = leftOut(until, { imagesMax, bytesMax: 1_000 });
        const sent = until.flat().slice(left);
        expect(left).toBeGreaterThanOrEqual(before);
        expect(sent.length).toBeLessThanOrEqual(imagesMax);
        expect(sent.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_000);
        before = left;
      }
    }),
  );
  const changes = Array.from({ length: 1_000 }, (_, count) => leftOut(singles(count), limits)).filter(
    (left, at, all) => left !== all[at - 1],
  );
  expect(changes.length).toBeLessThanOrEqual(1_000 / 5);
});
