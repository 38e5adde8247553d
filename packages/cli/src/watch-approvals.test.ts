import { expect, test } from "vitest";
import { nextLookMs } from "./watch-approvals.ts";

// Reaches lookMsMax.
test("the longer a call takes the less often the server is asked, but every two seconds", () => {
  const waits = [300];
  for (let look = 1; look < 6; look++) waits.push(nextLookMs(waits.at(-1) ?? 0));
  expect(waits).toEqual([300, 600, 1_200, 2_000, 2_000, 2_000]);
});
