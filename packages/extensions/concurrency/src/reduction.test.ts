import fc from "fast-check";
import { expect, test } from "vitest";
import { quietMs, reduced, risen } from "./reduction.ts";

test("a refusal halves what is allowed, never below one, and what was too much is remembered", () => {
  const first = reduced(undefined, 9, 100);
  expect(first).toEqual({ to: 4, from: 9, riseAt: 100 + quietMs });
  expect(reduced(first, 4, 200)).toEqual({ to: 2, from: 9, riseAt: 200 + quietMs });
  expect(reduced({ to: 1, from: 9, riseAt: 0 }, 1, 0)).toMatchObject({ to: 1, from: 9 });
});

// Reaches stepsMax.
test("after quiet it rises step by step until it is whole again", () => {
  const low = { to: 1, from: 8, riseAt: quietMs };
  expect(risen(low, quietMs - 1)).toBe(low);
  expect(risen(low, quietMs)).toEqual({ to: 3, from: 8, riseAt: 2 * quietMs });
  expect(risen(low, 3 * quietMs)).toEqual({ to: 7, from: 8, riseAt: 4 * quietMs });
  expect(risen(low, 4 * quietMs)).toBeUndefined();
});

test("however often it is looked at, it rises the same, and from any limit it recovers fully", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.array(fc.integer({ min: 0, max: 400_000 })), (tooMany, looks) => {
      const start = reduced(undefined, tooMany, 0);
      let looked = reduced(undefined, tooMany, 0) as ReturnType<typeof risen>;
      for (const now of [...looks].sort((a, b) => a - b)) {
        if (looked !== undefined) looked = risen(looked, now);
        expect(looked).toEqual(risen(start, now));
      }
      expect(risen(start, 100 * quietMs)).toBeUndefined();
      for (let to = tooMany, times = 0; to > 1; times++) {
        to = reduced({ to, from: tooMany, riseAt: 0 }, to, 0).to;
        expect(times).toBeLessThan(20);
      }
    }),
  );
});
