import { boot } from "@dispatch/kernel";
import { bootOptions, extensionLaws } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { apiKeys } from "./api-keys.ts";
import { ApiKeys } from "./contract.ts";
import authApikey from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(law, () => hold(async () => ({ extension: authApikey, config: { keys: { A_KEY: "a" } } })));
}

test("a key is found by its name, without the space around it; what is blank or unknown is absent", () => {
  const keys = apiKeys({ A_KEY: " secret-a\n", BLANK: "  ", EMPTY: "" });
  expect(["A_KEY", "BLANK", "EMPTY", "OTHER", "__proto__", "toString"].map((name) => keys.get(name))).toEqual([
    "secret-a",
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("the service holds what was configured, and nothing when nothing was", async () => {
  await using configured = await boot(bootOptions([authApikey], { config: { "auth-apikey": { keys: { A_KEY: "a" } } } }));
  expect(configured.use(ApiKeys).get("A_KEY")).toBe("a");
  await using bare = await boot(bootOptions([authApikey]));
  expect(bare.use(ApiKeys).get("A_KEY")).toBeUndefined();
});
