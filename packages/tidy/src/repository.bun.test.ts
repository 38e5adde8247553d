import { expect, test } from "vitest";
import { readTree } from "./read-tree.ts";
import { rules } from "./rules.ts";

const tree = readTree();

for (const rule of rules) {
  test(rule.name, () => {
    expect(rule.broken(tree).join("\n")).toBe("");
  });
}

test("the tree was read whole", () => {
  expect(tree.packages.length).toBeGreaterThan(20);
  expect(tree.sources.length).toBeGreaterThan(100);
});
