import { answer, startLoopback } from "@dispatch/egress-guard/fixture";
import { boot, type Host, resultText, Tools } from "@dispatch/kernel";
import { bootOptions, extensionLaws, MemoryWorkspace, testExtension, toolCall } from "@dispatch/testkit";
import { expect, test } from "vitest";
import extension from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, config: { allow: ["nas.lan"] } })));

async function start(allow: readonly string[]) {
  const hosts: Host[] = [];
  const reader = testExtension("reader", { activate: (host) => void hosts.push(host) });
  const kernel = await boot(bootOptions([extension, reader], { config: { "tool-fetch": { allow } } }));
  const tool = hosts[0]?.gather(Tools).find(({ name }) => name === "web_fetch");
  return { kernel, tool };
}

test("what is allowed is reached, and nothing beside it", async () => {
  await using site = await startLoopback(answer("inside", { "content-type": "text/plain" }));
  const fetched = async (allow: readonly string[]) => {
    const { kernel, tool = expect.fail("no tool") } = await start(allow);
    await using _ = kernel;
    return resultText(await tool.run({ url: `http://127.0.0.2:${site.port}/`, offset: 0 }, toolCall(new MemoryWorkspace())));
  };
  expect(await fetched(["127.0.0.0/8"])).toMatch(/\ninside\n/);
  expect(await fetched(["127.0.0.1"])).toMatch(/not of the public internet/);
  expect(await fetched([])).toMatch(/not of the public internet/);
  expect(site.connections()).toBe(1);
});

test("an entry that is none sets the extension aside, and the reason names the variable", async () => {
  const { kernel, tool } = await start(["192.168.1.0/24", "http://nas.lan"]);
  await using _ = kernel;
  expect(tool).toBeUndefined();
  expect(kernel.report.failed).toMatchObject([
    {
      id: "tool-fetch",
      fault: { code: "kernel/bad-config", message: expect.stringMatching(/DISPATCH_FETCH_ALLOW holds an entry that is no host name/) },
    },
  ]);
});
