import { Fault } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { readCredentialsFile } from "./credentials-file.ts";

function problemOf(toml: string): string {
  try {
    readCredentialsFile(toml, "dispatch.toml");
  } catch (thrown) {
    if (Fault.is(thrown) && thrown.code === "host-bin/bad-config" && thrown.kind === "invalid") return thrown.message;
    throw thrown;
  }
  throw new Error("it was accepted");
}
const credential = (lines: string) => `[[credentials]]\nname = "work"\nprovider = "openai"\nkeyEnv = "K"\n${lines}\n`;

test("an empty file has no credentials; comments are comments", () => {
  expect(readCredentialsFile("", "f")).toEqual([]);
  expect(readCredentialsFile("# nothing yet\n\n", "f")).toEqual([]);
});

test("credentials come in the file's order", () => {
  expect(readCredentialsFile(`${credential('model = "m"')}[[credentials]]\nname = "lab"\nprovider = "openai-compat"\n`, "f")).toEqual([
    { name: "work", provider: "openai", keyEnv: "K", model: "m" },
    { name: "lab", provider: "openai-compat" },
  ]);
});

test("an unknown key is refused with the nearest that is none", () => {
  expect(problemOf('credential = "x"')).toContain("credential is no setting; did you mean credentials?");
  expect(problemOf(credential('modle = "m"'))).toContain("credentials[0] (work): modle is no setting; did you mean model?");
  expect(problemOf(credential('base_url = "m"'))).toContain("did you mean baseUrl?");
});

test("a key in the file is refused, and never repeated", () => {
  const secret = "sk-very-secret-0123456789";
  for (const toml of [
    credential(`key = "${secret}"`),
    credential(`apiKey = "${secret}"`),
    credential(`${secret}${"x".repeat(30)} = 1`),
    credential(`model = ${secret}`),
    credential(`model = "${secret}`),
    `[[credentials]]\nname = "work"\nprovider = "openai"\nkeyEnv = "${secret}"\n`,
    `[[credentials]]\nname = "${secret}/"\nprovider = "${secret}"\nkeyEnv = "K"\nbaseUrl = "${secret}"\n`,
  ])
    expect(problemOf(toml)).not.toContain(secret);
  expect(problemOf(credential(`key = "${secret}"`))).toContain("name the variable that holds the key by keyEnv");
});

test.each([
  ["name = 7\nprovider = 'openai'\nkeyEnv = 'K'", "credentials[0]: name"],
  ["provider = 'openai'\nkeyEnv = 'K'", "credentials[0]: name is missing"],
  ["name = 'a b'\nprovider = 'openai'\nkeyEnv = 'K'", "credentials[0]: name takes"],
  ["name = 'a'\nprovider = 'opanai'\nkeyEnv = 'K'", "credentials[0] (a): provider takes one of openai-compat, anthropic"],
  ["name = 'a'\nkeyEnv = 'K'", "credentials[0] (a): provider takes one of"],
  ["name = 'a'\nprovider = 'openai'", "credentials[0] (a): keyEnv is missing"],
  ["name = 'a'\nprovider = 'openai'\nkeyEnv = 'PATH'", "credentials[0] (a): keyEnv takes"],
  ["name = 'a'\nprovider = 'openai'\nkeyEnv = 'K'\nbaseUrl = 'file:///x'", "credentials[0] (a): baseUrl takes an http"],
  ["name = 'a'\nprovider = 'openai'\nkeyEnv = 'K'\nmodel = ''", "credentials[0] (a): model takes"],
])("a bad value is named by its entry: %j", (lines, problem) => {
  expect(problemOf(`[[credentials]]\n${lines}\n`)).toContain(problem);
});

test("every problem is told at once", () => {
  const problem = problemOf(`top = 1\n${credential("modle = 1")}[[credentials]]\nname = "work"\nprovider = "openai"\nkeyEnv = "K"\n`);
  for (const said of ["top is no setting", "modle is no setting", "credentials[1] (work): another one has this name"])
    expect(problem).toContain(said);
});

test.each([
  ["a = 1\n\nb = = 2\n", 3],
  ["a = 1\na = 2\n", 2],
  ["[[credentials]]\nname = 'a'\n]\n", 3],
  ['a = 1\nb = "open\n', 2],
])("what is no TOML is named by its line: %j", (toml, line) => {
  expect(problemOf(toml)).toContain(`line ${line} is no TOML`);
});

test.each(["credentials = 7", "credentials = [7]", "[credentials]\nname = 'a'", "credentials = 'a'", "[[credentials.more]]\nname = 'a'"])(
  "%j is no list of credentials",
  (toml) => {
    expect(problemOf(toml)).toMatch(/credentials (is no list)|credentials\[0\] is no table/);
  },
);

// Reaches credentialsMax.
test("there are at most 100", () => {
  const many = Array.from({ length: 101 }, (_, n) => `[[credentials]]\nname = "c${n}"\nprovider = "openai-compat"\n`).join("");
  expect(problemOf(many)).toContain("101 credentials of at most 100");
});
