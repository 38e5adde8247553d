import { expect, test } from "vitest";
import { dollars } from "./dollars.ts";

test("amounts are told to the cent, and small ones by their first two digits", () => {
  expect([0, 0.00001, 0.0001, 0.00412, 0.0449, 0.5, 1.239, 12_345.678].map(dollars)).toEqual([
    "$0.00",
    "under $0.0001",
    "$0.0001",
    "$0.0041",
    "$0.045",
    "$0.50",
    "$1.24",
    "$12,345.68",
  ]);
});
