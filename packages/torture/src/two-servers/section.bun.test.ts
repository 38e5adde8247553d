import { expect, test } from "vitest";
import { twoServers } from "./section.ts";

test("a second server is refused by every name of the database, and the first one's data stay whole", async () => {
  const { signal } = new AbortController();
  const { failures, points } = await twoServers.run({ quick: true, seed: 1, signal, say() {} });
  expect(failures).toEqual([]);
  expect(points).toBeGreaterThan(18);
}, 600_000);
