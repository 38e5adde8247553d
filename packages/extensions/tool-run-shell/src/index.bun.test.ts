import { boot } from "@dispatch/kernel";
import { Sandbox } from "@dispatch/sandbox/contract";
import { openSandbox } from "@dispatch/sandbox/fixture";
import { SecretValues } from "@dispatch/secrets";
import { Secrets } from "@dispatch/secrets/contract";
import { bootOptions, extensionLaws, spyOn, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import toolRunShell from "./index.ts";

const known = testExtension("secrets", { activate: (host) => void host.provide(Secrets, new SecretValues()) });
const sandbox = testExtension("sandbox", { activate: (host) => void host.provide(Sandbox, openSandbox({ clock: host.clock })) });
const others = [known, sandbox];
for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: toolRunShell, others })));

test("it gives one tool, and owns what that runs", async () => {
  const { extension, calls } = spyOn(toolRunShell);
  await using _kernel = await boot(bootOptions([...others, extension]));
  expect(calls).toEqual(["use secrets/secrets", "own", "use sandbox/sandbox", "contribute kernel/tools run_shell"]);
});
