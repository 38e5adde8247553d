import fc from "fast-check";
import { expect, test } from "vitest";
import { RowHeights } from "./row-heights.ts";

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `${index}` }));

test("every point lies in the row that the heights above it say", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 60 }), fc.nat(20_000), (sizes, y) => {
      const heights = new RowHeights<{ key: string }>(() => 50);
      heights.place(rowsOf(sizes.length));
      heights.measure(new Map(sizes.map((size, index) => [`${index}`, size])));
      const index = heights.indexAt(y);
      expect(heights.offset(index)).toBeLessThanOrEqual(index === 0 ? 0 : y);
      if (index < sizes.length - 1) expect(heights.offset(index + 1)).toBeGreaterThan(y);
      expect(heights.total).toBe(sizes.reduce((sum, size) => sum + size, 0));
    }),
  );
});

test("a row keeps its measured height when others come before it", () => {
  const heights = new RowHeights<{ key: string }>(() => 10);
  heights.place(rowsOf(2));
  expect(heights.measure(new Map([["1", 99]]))).toBe(true);
  expect(heights.measure(new Map([["1", 99]]))).toBe(false);
  heights.place([{ key: "older" }, ...rowsOf(2)]);
  expect([heights.offset(heights.indexOf("1")), heights.total]).toEqual([20, 119]);
});
