import { expect, test } from "vitest";
import { simulateDay } from "./day.ts";
import { soak } from "./soak.ts";

const never = new AbortController().signal;

test("many turns, sockets and questions at once on a real server: none fails, none is lost, and all connections are held", async () => {
  const options = { minutes: 0.08, turns: 40, sockets: 80, waiting: 10, turnMs: 2_000, connections: 500 };
  const report = await soak({ ...options, signal: never, say() {} });
  expect(report.failures).toEqual([]);
  expect(report.counts).toMatchObject({ sockets: 80, "questions waiting": 10, "connections held": 500 });
  expect(report.counts?.["streams watched"]).toBeGreaterThanOrEqual(80);
});

test("six hours of use on a clock that runs ahead leave the heap where it was after two", async () => {
  const report = await simulateDay({ seed: 5, hours: 6, turnsOfStep: 4, signal: never, say() {} });
  expect(report.failures).toEqual([]);
  expect(report.counts).toMatchObject({ hours: 6, turns: 288, removed: 264 });
  expect(report.counts?.heartbeats).toBeGreaterThan(30);
});
