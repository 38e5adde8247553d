import { expect, test } from "vitest";
import { duration, size } from "./measures.ts";

test.each([
  [0, "0ms"],
  [0.4, "0ms"],
  [999.4, "999ms"],
  [999.6, "1.0s"],
  [1_000, "1.0s"],
  [12_345, "12.3s"],
  [59_949, "59.9s"],
  [59_950, "1m0s"],
  [61_000, "1m1s"],
  [3_725_000, "62m5s"],
  [-5, "-5ms"],
  [-90_000, "-1m30s"],
  [Number.NaN, "?"],
])("%s milliseconds read %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  [0, "0b"],
  [1_023, "1023b"],
  [1_024, "1k"],
  [1_536, "1.5k"],
  [1_048_575, "1M"],
  [5_452_595, "5.2M"],
])("%s bytes read %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
