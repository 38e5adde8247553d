import fc from "fast-check";
import { expect, test } from "vitest";
import { SecretValues } from "./secret-values.ts";

const key = "canary-0123/with+signs";

test("a known value is masked wherever it stands, and what has a secret's shape only where files need not come through", () => {
  const secrets = new SecretValues([key]);
  const shaped = "sk-proj-0123456789abcdef0123";
  expect(secrets.maskKnown(`a ${key} b ${shaped}`)).toBe(`a [masked] b ${shaped}`);
  expect(secrets.mask(`a ${key} b ${shaped}`)).toBe("a [masked] b sk-[masked]");
});

test("what is kept is secret until it is let go, and blank values never are", () => {
  const secrets = new SecretValues(["", "  "]);
  expect(secrets.values()).toEqual([]);
  const before = secrets.values();
  const one = secrets.keep(key);
  const two = secrets.keep(key);
  expect(secrets.values()).toEqual([key]);
  expect(secrets.values()).not.toBe(before);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  expect(secrets.maskKnown(key)).toBe("[masked]");
  two[Symbol.dispose]();
  expect(secrets.maskKnown(key)).toBe(key);
});

test("the list is the same until it changes: masks are made anew only then", () => {
  const secrets = new SecretValues([key]);
  expect(secrets.values()).toBe(secrets.values());
});

test("a longer value that begins with a shorter one is masked whole", () => {
  expect(new SecretValues([key, `${key}-and-more`]).maskKnown(`x${key}-and-more.`)).toBe("x[masked].");
});

test("a value within Base64 is masked, at whatever place it begins", () => {
  const secrets = new SecretValues([key]);
  for (const before of ["", "a", "ab", "abc", "KEY="]) {
    const told = secrets.maskKnown(Buffer.from(`${before}${key}\n`).toString("base64"));
    expect(Buffer.from(told.replace("[masked]", "A".repeat(28)), "base64").toString()).not.toContain("0123");
    expect(told).toContain("[masked]");
  }
});

test("however a text is cut into pieces, no piece and no join of pieces holds a value, and other text comes through", () => {
  const secrets = new SecretValues([key, "canary-other-9999"]);
  const text = fc.array(fc.constantFrom(key, "canary-", "canary-0123/", "x", "\n", "canary-other-9999"), { maxLength: 12 });
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }), (parts, sizes) => {
      const whole = parts.join("");
      const given: string[] = [];
      const pieces = secrets.pieces();
      for (let at = 0, turn = 0; at < whole.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        given.push(pieces.push(whole.slice(at, at + size)));
        at += size;
      }
      given.push(pieces.end());
      expect(given.join("")).toBe(secrets.maskKnown(whole));
    }),
  );
});
