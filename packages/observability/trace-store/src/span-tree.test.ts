import { expect, test } from "vitest";
import { spanTree } from "./span-tree.ts";
import type { StoredRecord } from "./trace-store.ts";

const chain = (length: number): readonly StoredRecord[] =>
  Array.from({ length }, (_, n) => ({
    id: `${n}`,
    kind: "span-open",
    spanId: `s${n}`,
    ...(n === 0 ? {} : { parentSpanId: `s${n - 1}` }),
    name: "deep",
    extensionId: "x",
    timestamp: 1,
  }));

// Reaches ancestorsMax.
test("what is nested more than ten thousand deep stands at the top, as something of its own", () => {
  const tops = spanTree(chain(10_001 + 5)).map(({ record }) => record.id);
  expect(tops).toEqual(["0", "10001"]);
  expect(spanTree(chain(1_000))).toHaveLength(1);
});
