import { FaultMasks } from "@dispatch/op-registry/contract";
import { part, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { all, openDesk } from "./desk.fixture.ts";

const secret = "a-key-that-nobody-may-read";
const mask = testExtension("mask", {
  dependsOn: ["op-registry"],
  activate: (host) =>
    void host.contribute(FaultMasks, {
      id: "mask",
      mask: (value) => JSON.parse(JSON.stringify(value).replaceAll(secret, "[masked]")),
    }),
});
const says = (kind: "unavailable" | "invalid") => [{ type: "error", kind, code: "test/said", message: `You sent ${secret}.` } as const];

test("what a provider says when it fails is told and kept without secrets, attempt by attempt", async () => {
  await using desk = await openDesk({ answers: [says("unavailable"), [part.text("So "), ...says("invalid")]], extensions: [mask] });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  const watched = all(events);
  await expect.poll(() => desk.clock.advance(1_000).then(() => desk.model.requests.length)).toBe(2);
  const seen = await watched;
  const told = seen.filter(({ type }) => type === "provider-retry" || type === "error");
  expect(told).toMatchObject([{ type: "provider-retry" }, { type: "error", code: "test/said" }]);
  for (const event of told) expect(event).toMatchObject({ message: "You sent [masked]." });
  const kept = await desk.log.chunks("c", {});
  expect(kept.at(-1)?.chunk).toMatchObject({ type: "error", message: "You sent [masked]." });
  expect(JSON.stringify([seen, kept])).not.toContain(secret);
});

test("a turn that cannot begin, and one that breaks in the middle, say why without secrets", async () => {
  const breaking = () => {
    throw new Error(secret);
  };
  await using desk = await openDesk({ answers: [breaking], extensions: [mask] });
  for (const cwd of [{ cwd: `/nowhere/${secret}` }, {}]) {
    const { conversationId, events } = await desk.conversations.submit({ text: "Hi", ...cwd });
    const told = (await all(events)).find(({ type }) => type === "error");
    expect(told).toMatchObject({ message: expect.stringContaining("[masked]") });
    const kept = await desk.log.chunks(conversationId, {});
    expect(kept.at(-1)?.chunk).toMatchObject({ type: "error", message: told?.type === "error" && told.message });
    expect(JSON.stringify([told, kept])).not.toContain(secret);
  }
});
