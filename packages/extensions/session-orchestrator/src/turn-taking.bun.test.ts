import { Gate, part } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { TurnTaking } from "./contract.ts";
import { all, openDesk, types, until } from "./desk.fixture.ts";

const hello = [part.text("Hello."), part.finish("stop")];
const leaving = { kind: "unavailable", code: "session-orchestrator/leaving", data: { retryAfterMs: 5_000 } };

test("once taking has ended nothing begins a turn, and the one that runs goes on, with what waits for it", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("Hel"), gate, part.text("lo."), part.finish("stop")], hello] });
  const taking = desk.kernel.use(TurnTaking);
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  taking.end();
  await expect(desk.conversations.submit({ conversationId: "d", text: "Hi" })).rejects.toMatchObject(leaving);
  await expect(desk.conversations.enqueue("d", "Hi")).rejects.toMatchObject(leaving);
  expect(await desk.conversations.enqueue("c", "and then?")).toMatchObject({ startedTurn: false });
  const settled = taking.settled(new AbortController().signal);
  gate.open();
  expect(types(await all(events)).at(-1)).toBe("turn-sealed");
  expect(await settled).toBe(0);
  expect(await desk.log.metrics("c")).toHaveLength(2);
  expect(await desk.log.record("d")).toBeUndefined();
});

test("whoever waits for running turns is told how many run on when the wait is given up", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("Hel"), gate, part.finish("stop")]] });
  const taking = desk.kernel.use(TurnTaking);
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await until(events, "text-delta");
  const given = new AbortController();
  const settled = taking.settled(given.signal);
  given.abort();
  expect(await settled).toBe(1);
  gate.open();
});

test("a submission that was made just before the end is waited for", async () => {
  await using desk = await openDesk({ answers: [hello] });
  const taking = desk.kernel.use(TurnTaking);
  const submitted = desk.conversations.submit({ conversationId: "c", text: "Hi" });
  taking.end();
  expect(await taking.settled(new AbortController().signal)).toBe(0);
  await submitted;
  expect(await desk.log.metrics("c")).toHaveLength(1);
});
