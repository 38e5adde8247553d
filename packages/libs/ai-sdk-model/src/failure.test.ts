import { expect, test } from "vitest";
import { failureOf, refused } from "./failure.ts";
import { WireFailure } from "./wire-failure.ts";

const secret = "sk-0123456789abcdef";
const context = { name: "test/m", keyName: "TEST_KEY", secrets: [secret, ""], now: 0 };

test("a secret is blotted out wherever it stands, also where the text is cut", () => {
  for (let before = 270; before <= 310; before += 1) {
    const { message } = refused(400, JSON.stringify({ error: { message: `${"x".repeat(before)}${secret} ${secret}` } }), {}, context);
    expect(message).not.toContain(secret.slice(0, 4));
  }
});

test("a key of a few letters is blotted out where it stands alone, and spoils no other word", () => {
  const short = { ...context, secrets: ["k", "no.ne"] };
  const { message } = refused(401, JSON.stringify({ error: { message: "key k is unknown; no.ne, nonne" } }), {}, short);
  expect(message).toBe("test/m refused the key (HTTP 401: key *** is unknown; ***, nonne). Check TEST_KEY.");
});

test("who cannot be reached is told with its address and the setting that holds it", () => {
  const trouble = new WireFailure("unreachable", "ECONNREFUSED: Unable to connect. Is the computer able to access the url?");
  expect(failureOf(trouble, { ...context, host: "127.0.0.1:1", baseUrlName: "TEST_URL" }).message).toBe(
    "test/m cannot be reached at 127.0.0.1:1: the connection was refused. Check the network and TEST_URL, then try again.",
  );
  const other = new WireFailure("unreachable", "FailedToOpenSocket: Was there a typo in the url or port?");
  expect(failureOf(other, context).message).toContain("FailedToOpenSocket");
});

test("every trouble on the line says what to do next", () => {
  for (const trouble of ["unreachable", "lost", "silent", "endless", "page", "no-stream"] as const) {
    const failure = failureOf(new Error("outer", { cause: new WireFailure(trouble, "inner", { body: "{}" }) }), context);
    expect(failure.message).toMatch(/Check|Try again/);
    expect(failure.message).toContain("test/m");
  }
});

test("a chain of causes that bites its own tail is followed a little way only", () => {
  const first = new Error("first");
  const second = new Error("second", { cause: first });
  first.cause = second;
  expect(failureOf(first, context)).toMatchObject({ type: "error", kind: "defect" });
});

test("a body in any other form is still told by its status", () => {
  for (const body of ["", "<html>", "null", '"no"', '{"error":"plain words"}', '{"detail":"plain words"}']) {
    const failure = refused(503, body, { "retry-after": "2" }, context);
    expect(failure).toMatchObject({ kind: "unavailable", retryAfterMs: 2_000 });
    if (body.includes("plain words")) expect(failure.message).toContain("plain words");
  }
});

// Reaches causesMax.
test("of a chain of causes eight are looked at", () => {
  const wrapped = (depth: number): Error =>
    depth === 0 ? new WireFailure("lost", "inner") : new Error("outer", { cause: wrapped(depth - 1) });
  expect([failureOf(wrapped(7), context).kind, failureOf(wrapped(8), context).kind]).toEqual(["unavailable", "defect"]);
});

// Reaches briefCharsMax.
test("of what a provider says 300 characters are told", () => {
  const { message } = refused(400, JSON.stringify({ error: { message: "x".repeat(301) } }), {}, context);
  expect(message).toMatch(/[^x]x{300}…/);
  expect(refused(400, JSON.stringify({ error: { message: "x".repeat(300) } }), {}, context).message).not.toContain("…");
});
