import { expect, test } from "vitest";
import { readCredentialsFile } from "./credentials-file.ts";
import { keyVariablesOf, readSettings, unknownVariables } from "./settings.ts";

const credentialsOf = (environment: { readonly [name: string]: string }, toml = "") =>
  readSettings(environment, { path: "dispatch.toml", credentials: readCredentialsFile(toml, "dispatch.toml") }).credentials;

test("each service of the environment has a credential when its key is set", () => {
  expect(credentialsOf({ UMANS_API_KEY: "u", OPENAI_API_KEY: "o", GEMINI_API_KEY: "g", DISPATCH_CLAUDE_CREDENTIAL_KEY: "c" })).toEqual({
    "openai-compat": [],
    umans: [{ name: "umans", keyName: "UMANS_API_KEY", baseUrlName: "UMANS_BASE_URL" }],
    anthropic: [
      { name: "claude", providerId: "anthropic", keyName: "DISPATCH_CLAUDE_CREDENTIAL_KEY", baseUrlName: "DISPATCH_ANTHROPIC_BASE_URL" },
    ],
    openai: [{ name: "openai", keyName: "OPENAI_API_KEY", baseUrlName: "DISPATCH_OPENAI_BASE_URL" }],
    google: [{ name: "google", keyName: "GEMINI_API_KEY", baseUrlName: "DISPATCH_GOOGLE_BASE_URL" }],
  });
});

test("a service's address and default model are heard, and Claude's credential is named as one likes", () => {
  const { umans, anthropic } = credentialsOf({
    UMANS_API_KEY: "u",
    UMANS_BASE_URL: "http://127.0.0.1:9/v1",
    DISPATCH_CLAUDE_CREDENTIAL: "work",
    DISPATCH_ANTHROPIC_MODEL: "claude-m",
  });
  expect(umans[0]?.baseUrl).toBe("http://127.0.0.1:9/v1");
  // Without its key, because a name was chosen for it: it says what is missing.
  expect(anthropic).toMatchObject([{ name: "work", providerId: "anthropic", model: "claude-m" }]);
});

test("Google's older variable is an alias, and the newer one counts", () => {
  const keyName = (environment: { readonly [name: string]: string }) => credentialsOf(environment).google[0]?.keyName;
  expect(keyName({ GOOGLE_GENERATIVE_AI_API_KEY: "b" })).toBe("GOOGLE_GENERATIVE_AI_API_KEY");
  expect(keyName({ GOOGLE_GENERATIVE_AI_API_KEY: "b", GEMINI_API_KEY: "a" })).toBe("GEMINI_API_KEY");
  expect(keyName({ GEMINI_API_KEY: " " })).toBeUndefined();
});

const work = `
[[credentials]]
name = "work"
provider = "anthropic"
keyEnv = "WORK_KEY"
model = "claude-m"

[[credentials]]
name = "lab"
provider = "openai-compat"
baseUrl = "http://lab.example:8000/v1"
`;

test("the file's credentials stand behind the environment's, and its keys are settings and secrets", () => {
  const file = { path: "/etc/dispatch.toml", credentials: readCredentialsFile(work, "/etc/dispatch.toml") };
  const { credentials, keys } = readSettings({ DISPATCH_CLAUDE_CREDENTIAL_KEY: "c", WORK_KEY: "w" }, file);
  expect(credentials.anthropic.map(({ name }) => name)).toEqual(["claude", "work"]);
  expect(credentials["openai-compat"]).toEqual([
    { name: "lab", baseUrl: "http://lab.example:8000/v1", baseUrlName: "baseUrl of lab in /etc/dispatch.toml" },
  ]);
  expect(keys).toEqual({ DISPATCH_CLAUDE_CREDENTIAL_KEY: "c", WORK_KEY: "w" });
  expect(keyVariablesOf(file)).toEqual(["WORK_KEY"]);
  expect(unknownVariables(["WORK_KEY", "WORK_KEE"], keyVariablesOf(file))).toEqual([{ name: "WORK_KEE", nearest: "WORK_KEY" }]);
});

test.each([
  ["opencode", {}],
  ["offline", {}],
  ["ollama", {}],
  ["claude", { DISPATCH_CLAUDE_CREDENTIAL_KEY: "c" }],
  ["anthropic", { DISPATCH_CLAUDE_CREDENTIAL_KEY: "c" }],
  ["openai", { OPENAI_API_KEY: "o" }],
])("the name %s is refused where it is taken", (name, environment) => {
  const toml = `[[credentials]]\nname = "${name}"\nprovider = "openai"\nkeyEnv = "K"\n`;
  expect(() => credentialsOf(environment, toml)).toThrow(
    expect.objectContaining({
      code: "host-bin/bad-config",
      message: expect.stringContaining(`credentials[0] (${name}): this name is taken`),
    }),
  );
});

test("a service's name is free where the environment does not use it", () => {
  expect(credentialsOf({}, '[[credentials]]\nname = "openai"\nprovider = "openai"\nkeyEnv = "K"\n').openai).toMatchObject([
    { name: "openai", keyName: "K" },
  ]);
});

test.each(["DISPATCH_TOKEN", "DISPATCH_DB", "PORT"])("%s is no key's variable", (keyEnv) => {
  const toml = `[[credentials]]\nname = "a"\nprovider = "openai"\nkeyEnv = "${keyEnv}"\n`;
  expect(() => credentialsOf({}, toml)).toThrow(
    expect.objectContaining({ code: "host-bin/bad-config", message: expect.stringContaining(keyEnv) }),
  );
});
