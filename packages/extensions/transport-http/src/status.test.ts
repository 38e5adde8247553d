import { fault } from "@dispatch/kernel";
import type { FaultKind } from "@dispatch/wire";
import { expect, test } from "vitest";
import { faultAnswer } from "./answer.ts";
import { BodyTooLarge, NoToken, tooManyStreams, WrongMethod } from "./faults.ts";
import { statusOf } from "./status.ts";

test("every kind of fault has its status", () => {
  const statuses = {
    invalid: 400,
    denied: 403,
    missing: 404,
    conflict: 409,
    limited: 429,
    cancelled: 499,
    defect: 500,
    unavailable: 503,
  } satisfies { [kind in FaultKind]: number };
  for (const [kind, status] of Object.entries(statuses)) expect(statusOf(fault(kind as FaultKind, "test/some", "")), kind).toBe(status);
});

test("what has a narrower status tells it by its code", () => {
  expect(statusOf(new NoToken())).toBe(401);
  expect(statusOf(new WrongMethod("GET", "/chat", ["POST"]))).toBe(405);
  expect(statusOf(new BodyTooLarge())).toBe(413);
});

test("an error answer holds message, code, kind and data, and neither stack nor cause", async () => {
  const answer = faultAnswer(fault("conflict", "test/moved", "It moved.", { cause: new Error("inner secret"), data: { seq: 3 } }));
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(await answer.json()).toEqual({ error: "It moved.", code: "test/moved", kind: "conflict", data: { seq: 3 } });
});

test("headers say what programs go by: when to come again, what is allowed, how to authenticate", () => {
  expect(faultAnswer(tooManyStreams(5)).headers.get("retry-after")).toBe("1");
  expect(faultAnswer(fault("limited", "test/slow", "", { data: { retryAfterMs: 1_001 } })).headers.get("retry-after")).toBe("2");
  expect(faultAnswer(new WrongMethod("GET", "/chat", ["POST", "OPTIONS"])).headers.get("allow")).toBe("POST, OPTIONS");
  expect(faultAnswer(new NoToken()).headers.get("www-authenticate")).toBe("Bearer");
});
