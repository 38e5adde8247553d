import { describe, expect, test } from "vitest";
import { variablesIn } from "./provider-keys.ts";

describe("which keys a report names", () => {
  test("names of variables are found, and nothing else of the sentence", () => {
    expect([...variablesIn("Set: DISPATCH_API_KEY, OPENAI_API_KEY.")]).toEqual(["DISPATCH_API_KEY", "OPENAI_API_KEY"]);
    expect([...variablesIn("No key is set, in .env or OTHERWISE: see /A_B/ and a_B_C.")]).toEqual(["A_B"]);
    expect(variablesIn("").size).toBe(0);
  });
});
