import { expect, test } from "vitest";
import { requireStoreKey } from "./store-faults.ts";

// Reaches storeKeyBytesMax.
test("a key has 512 characters at most", () => {
  expect(() => requireStoreKey("k".repeat(512))).not.toThrow();
  expect(() => requireStoreKey("k".repeat(513))).toThrow(expect.objectContaining({ kind: "invalid", code: "store/bad-key" }));
});
