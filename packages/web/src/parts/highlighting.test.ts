import { afterAll, beforeAll, expect, test } from "vitest";
import { highlight } from "./highlighting.ts";

/** The platform's worker, which never answers: what is asked for is all that counts here. */
class SilentWorker {
  static asked = 0;
  onmessage = null;
  onerror = null;
  postMessage(): void {
    SilentWorker.asked++;
  }
}
const platform = globalThis.Worker;
beforeAll(() => void Object.assign(globalThis, { Worker: SilentWorker }));
afterAll(() => void Object.assign(globalThis, { Worker: platform }));

// Reaches highlightCharsMax.
test("code of 60,000 characters gets colours, longer code gets none", async () => {
  expect(await highlight("x".repeat(60_001), "ts")).toBeUndefined();
  expect(SilentWorker.asked).toBe(0);
  void highlight("x".repeat(60_000), "ts");
  expect(SilentWorker.asked).toBe(1);
});

// Reaches keptMax of highlighting.ts.
test("the colours of 200 pieces of code are kept; those that came first are made anew", () => {
  const first = highlight("first", "ts");
  for (let n = 1; n < 200; n++) void highlight(`code ${n}`, "ts");
  expect(highlight("first", "ts")).toBe(first);
  void highlight("one more", "ts");
  expect(highlight("first", "ts")).not.toBe(first);
});
