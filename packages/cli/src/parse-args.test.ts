import { expect, test } from "vitest";
import { ClientFault } from "./client-fault.ts";
import type { Command } from "./command.ts";
import { parseArgs } from "./parse-args.ts";

const command: Command = {
  name: "send",
  summary: "",
  operands: [{ name: "id" }, { name: "second", optional: true }],
  flags: [
    { name: "text", value: "text", summary: "" },
    { name: "workspace", short: "w", value: "id", summary: "" },
    { name: "effort", value: "effort", choices: ["low", "high"], summary: "" },
    { name: "status", value: "status", choices: ["active", "idle"], list: true, summary: "" },
    { name: "json", summary: "" },
  ],
  run: async () => 0,
};
const parse = (...words: string[]) => parseArgs(command, words);
const refusal = (...words: string[]) => {
  try {
    parse(...words);
  } catch (thrown) {
    return thrown instanceof ClientFault && thrown.kind === "invalid" ? thrown.message : thrown;
  }
  return "accepted";
};

test("operands and flags may be mixed; a value is the next word, whatever it begins with", () => {
  expect(parse("--json", "abc", "-w", "home", "--text", "- a list")).toEqual({
    help: false,
    args: { operands: ["abc"], values: { workspace: "home", text: "- a list" }, switches: new Set(["json"]) },
  });
});

test("behind -- everything is an operand", () => {
  expect(parse("--", "--json", "-h")).toMatchObject({ args: { operands: ["--json", "-h"], values: {} } });
});

test("help is asked for anywhere, also where the rest is wrong by then", () => {
  expect(parse("--help")).toEqual({ help: true });
  expect(parse("a", "b", "c", "-h")).toEqual({ help: true });
});

test("an unknown flag is refused with the nearest valid one", () => {
  expect(refusal("id", "--txet", "hi")).toBe('"dispatch send" has no flag --txet. Did you mean --text? See dispatch send --help.');
  expect(refusal("id", "-x")).toContain("has no flag -x. Did you mean --");
});

test("a value joined by = is refused with the way to write it", () => {
  expect(refusal("id", "--text=hi there")).toBe("Write the value of --text as the next word: --text hi there");
});

test("a flag without its value is refused, also when another flag stands in its place", () => {
  expect(refusal("id", "--text")).toContain("--text needs a value: --text <text>");
  expect(refusal("id", "--text", "--json")).toContain("--text needs a value");
});

test("a value that is no choice is refused with the nearest one, each item of a list for itself", () => {
  expect(refusal("id", "--effort", "hgih")).toBe('--effort cannot be "hgih". Did you mean high? It takes low, high.');
  expect(refusal("id", "--status", "active,idel")).toContain("Did you mean idle?");
  expect(parse("id", "--status", "active, idle")).toMatchObject({ args: { values: { status: "active, idle" } } });
});

test("an operand that is missing or too many is refused", () => {
  expect(refusal()).toBe('"dispatch send" needs <id>. See dispatch send --help.');
  expect(refusal("a", "b", "c")).toContain('does not know what to do with "c"');
});
