import { expect, test } from "vitest";
import { randomFrom } from "../random.ts";
import { tears, tornFile, tornLog } from "./disk-image.ts";

const header = Buffer.alloc(32, 1);
header.writeUInt32BE(4_096, 8);
const logOf = (...frames: readonly number[]) => Buffer.concat([header, ...frames.map((byte) => Buffer.alloc(24 + 4_096, byte))]);

test("what was synced is there whatever is torn behind it", () => {
  const [synced, written] = [logOf(1, 2), logOf(1, 2, 3, 4)];
  const random = randomFrom(1);
  for (const tear of tears)
    for (let time = 0; time < 50; time++) {
      const torn = tornLog(synced, written, tear, random);
      expect(torn.subarray(0, synced.length).equals(synced)).toBe(true);
      expect(torn.length).toBeLessThanOrEqual(written.length);
    }
});

test("a cut between frames leaves whole frames", () => {
  const random = randomFrom(2);
  const lengths = new Set(Array.from({ length: 50 }, () => tornLog(logOf(1), logOf(1, 2, 3), "cut between frames", random).length));
  expect([...lengths].sort((a, b) => a - b)).toEqual([1, 2, 3].map((frames) => 32 + frames * (24 + 4_096)));
});

test("a log that begins anew keeps its header, and behind it old and new", () => {
  const anew = Buffer.concat([Buffer.alloc(32, 9), Buffer.alloc(24 + 4_096, 7)]);
  const torn = tornLog(logOf(1, 2), anew, "nothing arrived", randomFrom(3));
  expect(torn.subarray(0, 32).equals(Buffer.alloc(32, 9))).toBe(true);
  expect(torn.subarray(32).equals(logOf(1, 2).subarray(32))).toBe(true);
});

test("a torn file holds the sectors of both", () => {
  const torn = tornFile(Buffer.alloc(4_096, 1), Buffer.alloc(8_192, 2), randomFrom(4));
  const sectors = Array.from({ length: Math.ceil(torn.length / 512) }, (_, n) => torn[n * 512]);
  expect(new Set(sectors)).toEqual(new Set([0, 1, 2]));
  expect(torn.length).toBeLessThanOrEqual(8_192);
});
