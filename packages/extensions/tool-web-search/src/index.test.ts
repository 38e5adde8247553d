import authApikey from "@dispatch/auth-apikey";
import { boot, type Host, Tools } from "@dispatch/kernel";
import { bootOptions, extensionLaws, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import extension from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others: [authApikey] })));

async function toolsWith(keys: { readonly [name: string]: string }) {
  const hosts: Host[] = [];
  const reader = testExtension("reader", { activate: (host) => void hosts.push(host) });
  await using _ = await boot(bootOptions([authApikey, extension, reader], { config: { "auth-apikey": { keys } } }));
  return hosts[0]?.gather(Tools).map(({ name }) => name);
}

test("the tool is there with a key, and absent without one", async () => {
  expect(await toolsWith({ FIRECRAWL_API_KEY: "k" })).toEqual(["web_search"]);
  for (const keys of [{}, { FIRECRAWL_API_KEY: "  " }, { DISPATCH_API_KEY: "k" }]) expect(await toolsWith(keys)).toEqual([]);
});
