import { boot } from "@dispatch/kernel";
import { Sandbox } from "@dispatch/sandbox/contract";
import { openSandbox } from "@dispatch/sandbox/fixture";
import { bootOptions, extensionLaws, spyOn, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import extension from "./index.ts";

const others = [
  testExtension("sandbox", { activate: (host) => void host.provide(Sandbox, openSandbox({ clock: host.clock })) }),
  testExtension("doctor"),
  testExtension("transport-http"),
];
for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others })));

test("it gives a guard and a check", async () => {
  const spied = spyOn(extension);
  await using _kernel = await boot(bootOptions([...others, spied.extension]));
  expect(spied.calls).toEqual([
    "use sandbox/sandbox",
    "contribute transport-http/request-guards sandbox-guard",
    "contribute doctor/checks sandbox",
  ]);
});
