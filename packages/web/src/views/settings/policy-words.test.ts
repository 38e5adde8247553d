import { describe, expect, test } from "vitest";
import { emptyRule, ruleOf, ruleWords } from "./policy-words.ts";

describe("rules in words", () => {
  test("every field of a rule is said", () => {
    expect(ruleWords({ effect: "allow", tool: "read_*" })).toBe("Allow read_*");
    expect(ruleWords({ effect: "deny", path: "**/.env" })).toBe("Refuse every tool in **/.env");
    expect(ruleWords({ effect: "allow", command: "git push", exact: true, reach: "network", path: "/work" })).toBe(
      "Allow exactly “git push” in /work, with the network",
    );
    expect(ruleWords({ effect: "ask", tool: "run_shell", command: "rm", reach: "everything" })).toBe(
      "Ask about “rm” of run_shell, unconfined",
    );
    expect(ruleWords({ effect: "ask", tool: "fetch", host: "*.example.org" })).toBe("Ask about fetch to *.example.org");
  });

  test("a draft becomes a rule of what was written into it, and an empty one none", () => {
    expect(ruleOf({ ...emptyRule, tool: " fetch ", host: "  " })).toEqual({ effect: "ask", tool: "fetch" });
    expect(ruleOf({ ...emptyRule, path: " " })).toBeUndefined();
  });
});
