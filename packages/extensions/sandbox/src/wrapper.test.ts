import { expect, test } from "vitest";
import { parseReport } from "./wrapper.ts";

test.each([
  ["=0\n", { code: 0 }],
  ["=77\n", { code: 77 }],
  ["=137\n", { code: 137 }],
  ["Killed\n=137\n", { code: 137, signal: "SIGKILL" }],
  ["Segmentation fault (core dumped)\n=139\n", { code: 139, signal: "SIGSEGV" }],
  ["=130\n", { code: 130, signal: "SIGINT" }],
  ["said\n=3\n", { code: 3 }],
  ["Real-time signal 6\n=168\n", { code: 168, signal: "signal 40" }],
  ["", undefined],
  ["Killed\n", undefined],
  ["=13", undefined],
])("%j is %j", (text, ending) => {
  expect(parseReport(text)).toEqual(ending);
});
