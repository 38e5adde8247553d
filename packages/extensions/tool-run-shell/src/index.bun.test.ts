import { boot } from "@dispatch/kernel";
import { bootOptions, extensionLaws, spyOn } from "@dispatch/testkit";
import { expect, test } from "vitest";
import toolRunShell from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: toolRunShell })));

test("it gives one tool, and owns what that runs", async () => {
  const { extension, calls } = spyOn(toolRunShell);
  await using _kernel = await boot(bootOptions([extension]));
  expect(calls).toEqual(["own", "contribute kernel/tools run_shell"]);
});
