import { MemoryStorage } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { PolicyBook, policiesMax } from "./policy-book.ts";

async function open(workspaceOf: (id: string) => Promise<string | undefined> = async () => "w") {
  const store = await new MemoryStorage().open("policy");
  return new PolicyBook({ store, clock: { now: () => 5 }, defaults: { mode: "full", approval: "ask" }, workspaceOf });
}

test("so many policies are at hand; of the others they are read again", async () => {
  const book = await open();
  for (let n = 0; n <= policiesMax; n++) await book.of(`c${n}`);
  expect([book.known("c0"), book.known("c1")?.mode]).toEqual([undefined, "full"]);
  expect((await book.of("c0")).mode).toBe("full");
});

test("a policy that is set while another is read does not come to be at hand as it was", async () => {
  const gate = Promise.withResolvers<string>();
  const book = await open(() => gate.promise);
  const reading = book.of("c");
  await book.set("conversation", "c", { mode: "read-only" }, "me");
  gate.resolve("w");
  await reading;
  expect((await book.of("c")).mode).toBe("read-only");
});

test("rules that are added at once are all kept, each once, with an id of its own", async () => {
  const book = await open();
  const rule = (tool: string) => [{ effect: "allow", tool }] as const;
  await Promise.all([..."abcab"].map((tool) => book.add("always", "", rule(tool), "me")));
  expect((await book.server()).rules.map(({ id, tool }) => `${id} ${tool}`)).toEqual(["a1 a", "a2 b", "a3 c"]);
});
