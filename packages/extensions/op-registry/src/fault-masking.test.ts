import { errorBody, Fault, fault } from "@dispatch/kernel";
import { expect, test } from "vitest";
import type { FaultMask } from "./contract.ts";
import { faultMasking } from "./fault-masking.ts";

const without = (word: string): FaultMask => ({
  id: word,
  mask: (value) => JSON.parse(JSON.stringify(value).replaceAll(word, "[masked]")),
});
const text: FaultMask = {
  id: "text",
  mask: (value) => (typeof value === "string" ? (value.replaceAll("key", "[masked]") as never) : value),
};

class Locked extends Fault {
  readonly kind = "denied";
  readonly code = "test/locked";
  readonly door = "back";
}

test("a fault keeps what it is, and loses what a mask takes out of its message and its data", () => {
  const masking = faultMasking(() => [without("key-1"), without("key-2")]);
  const told = masking.fault(new Locked("key-1 does not fit", { data: { tried: ["key-2"] } }));
  expect(errorBody(told)).toEqual({
    error: "[masked] does not fit",
    code: "test/locked",
    kind: "denied",
    data: { tried: ["[masked]"] },
  });
  expect(told).toBeInstanceOf(Locked);
  expect(Fault.is(told) && (told as Locked).door).toBe("back");
});

test("a fault in which there is nothing to take out is the same one", () => {
  const plain = fault("missing", "test/none", "There is none.", { data: { n: 1 } });
  expect(faultMasking(() => [text]).fault(plain)).toBe(plain);
  expect(faultMasking(() => []).fault(plain)).toBe(plain);
});

test("masks that come later count", () => {
  const masks: FaultMask[] = [];
  const masking = faultMasking(() => masks);
  expect(masking.mask("a key")).toBe("a key");
  masks.push(text);
  expect(masking.mask("a key")).toBe("a [masked]");
});
