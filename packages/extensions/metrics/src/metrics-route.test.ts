import { expect, test } from "vitest";
import type { MetricSource } from "./contract.ts";
import { metricsRoute } from "./metrics-route.ts";
import { onceEach } from "./once-each.ts";
import { parseOpenMetrics } from "./open-metrics.fixture.ts";

test("a source that fails, or tells nonsense, costs its own numbers alone, and is complained of once", async () => {
  const sources: readonly MetricSource[] = [
    {
      name: "broken",
      read: () => {
        throw new Error("no disk");
      },
    },
    { name: "rude", read: () => [{ name: "no name", help: "", type: "gauge", samples: [] }] },
    { name: "good", read: () => [{ name: "good", help: "", type: "gauge", samples: [{ value: 1 }] }] },
  ];
  const told: string[] = [];
  const route = metricsRoute({ sources: () => sources, leftOut: onceEach((reason) => told.push(reason)) });
  const { signal } = new AbortController();
  await route.read({}, signal);
  const { bytes, contentType } = await route.read({}, signal);
  expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  expect(parseOpenMetrics(new TextDecoder().decode(bytes)).map(({ name }) => name)).toEqual(["good"]);
  expect(told).toEqual(["broken: no disk", '"no name" is no name of a metric']);
});

// Reaches reasonsMax.
test("of reasons without end a hundred are told", () => {
  const told: string[] = [];
  const tell = onceEach((reason) => told.push(reason));
  for (let n = 0; n < 200; n++) tell(`reason ${n}`);
  tell("reason 0");
  expect([told.length, told.at(-1)]).toEqual([100, "reason 99"]);
});
