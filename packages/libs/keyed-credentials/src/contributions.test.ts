import type { SdkProviderOptions } from "@dispatch/ai-sdk-model";
import type { Provider } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { keyedCredentials } from "./configuration.ts";
import { contributionsOf } from "./contributions.ts";

function contributed(...given: readonly object[]) {
  const opened: SdkProviderOptions[] = [];
  const open = (options: SdkProviderOptions): Provider => {
    opened.push(options);
    return { id: options.id, listModels: async () => [], model: (id) => ({ name: id, async *stream() {} }) };
  };
  const keyOf = (name: string) => (name === "A_KEY" ? "key-a" : undefined);
  const contributions = contributionsOf(keyedCredentials.parse(given), keyOf, { baseUrl: "https://usual.example/v1", open });
  return { opened, contributions: contributions.map(({ credential, provider }) => ({ ...credential, served: provider?.id })) };
}

test("a credential with its key is served; what is not given is the usual", () => {
  expect(contributed({ name: "work", keyName: "A_KEY", model: "m" })).toEqual({
    opened: [{ id: "work", credential: "work", baseUrl: "https://usual.example/v1", apiKey: "key-a", keyName: "A_KEY" }],
    contributions: [{ name: "work", providerId: "work", keyName: "A_KEY", defaultModel: "m", served: "work" }],
  });
});

test("what is given counts", () => {
  const given = { name: "claude", providerId: "anthropic", baseUrl: "http://127.0.0.1:1/v1", baseUrlName: "A_URL", keyName: "A_KEY" };
  const { credential, ...rest } = contributed(given).opened[0] ?? {};
  expect([credential, rest]).toEqual([
    "claude",
    { id: "anthropic", baseUrl: given.baseUrl, baseUrlName: "A_URL", apiKey: "key-a", keyName: "A_KEY" },
  ]);
});

test("without its key a credential is a name; one that wants no key is served without", () => {
  const { opened, contributions } = contributed({ name: "work", keyName: "B_KEY" }, { name: "local" });
  expect(contributions).toEqual([
    { name: "work", providerId: "work", keyName: "B_KEY", served: undefined },
    { name: "local", providerId: "local", served: "local" },
  ]);
  expect(opened).toEqual([{ id: "local", credential: "local", baseUrl: "https://usual.example/v1" }]);
});

test.each([{}, { name: "a/b" }, { name: "a", baseUrl: "file:///x" }, { name: "a", key: "sk" }])("%j is refused", (given) => {
  expect(keyedCredentials.safeParse([given]).success).toBe(false);
});
