import { expect, test } from "vitest";
import { fault } from "./fault.ts";
import { refuseFault, resultText } from "./tool.ts";

test("a fault that a tool reckons with becomes a refusal that says why", () => {
  for (const kind of ["invalid", "missing", "conflict", "denied", "limited"] as const) {
    const refusal = refuseFault(fault(kind, "workspace/some-code", "Do something else."));
    expect([refusal.refused, resultText(refusal), refusal.details]).toEqual([true, "Do something else.", { code: "workspace/some-code" }]);
  }
});

test("what nobody reckons with is thrown on as it came", () => {
  const surprises = [new Error("x"), "text", ...(["defect", "unavailable", "cancelled"] as const).map((kind) => fault(kind, "a/b", "x"))];
  for (const surprise of surprises) expect(() => refuseFault(surprise)).toThrow(surprise as Error);
});
