import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetricFamily } from "./contract.ts";
import { exposition, samplesMax } from "./exposition.ts";
import { Histogram, shortBounds } from "./histogram.ts";
import { parseOpenMetrics } from "./open-metrics.fixture.ts";

const gauge = (name: string, value = 1): MetricFamily => ({ name, help: "h", type: "gauge", samples: [{ value }] });

test("a counter, a gauge and a histogram read as the format has them", () => {
  const histogram = new Histogram([0.5, 1, 10]);
  for (const size of [0.5, 0.7, 99]) histogram.observe(size);
  const { text, problems } = exposition([
    { name: "calls", help: "Calls.", type: "counter", samples: [{ labels: { tool: "a" }, value: 3 }] },
    { name: "memory_bytes", help: "Memory.", unit: "bytes", type: "gauge", samples: [{ value: 1e21 }] },
    { name: "wait_seconds", help: "Waits.", unit: "seconds", type: "histogram", samples: [histogram.read({ at: "x" })] },
  ]);
  expect(problems).toEqual([]);
  expect(text).toBe(`# TYPE calls counter
# HELP calls Calls.
calls_total{tool="a"} 3
# TYPE memory_bytes gauge
# UNIT memory_bytes bytes
# HELP memory_bytes Memory.
memory_bytes 1e+21
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
# HELP wait_seconds Waits.
wait_seconds_bucket{at="x",le="0.5"} 1
wait_seconds_bucket{at="x",le="1.0"} 2
wait_seconds_bucket{at="x",le="10.0"} 2
wait_seconds_bucket{at="x",le="+Inf"} 3
wait_seconds_count{at="x"} 3
wait_seconds_sum{at="x"} 100.2
# EOF
`);
  parseOpenMetrics(text);
});

test("whatever a label or a help holds, a reader gets it back", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary" }),
      fc.double().filter((value) => !Object.is(value, -0)),
      (label, help, value) => {
        const family: MetricFamily = {
          name: "m",
          help: help,
          type: "gauge",
          samples: [{ labels: { a: label, b: "x" }, value }],
        };
        const [parsed] = parseOpenMetrics(exposition([family]).text);
        expect([parsed?.help, parsed?.samples]).toEqual([help, [{ name: "m", labels: { a: label, b: "x" }, value }]]);
      },
    ),
  );
});

test.each(["a\\b", "\\", '"', "\n", "\\n", '\\"', "tab\tand\rreturn"])("%j is escaped and read back", (text) => {
  const family: MetricFamily = { name: "m", help: text, type: "gauge", samples: [{ labels: { a: text }, value: 1 }] };
  const [parsed] = parseOpenMetrics(exposition([family]).text);
  expect([parsed?.help, parsed?.samples[0]?.labels.a]).toEqual([text, text]);
});

test("a family that breaks the format is left out with the reason, and costs the others nothing", () => {
  const histogram = new Histogram(shortBounds).read();
  const wrong: readonly MetricFamily[] = [
    gauge("1st"),
    gauge("a b"),
    gauge("calls_total"),
    { ...gauge("wait"), unit: "seconds" },
    { ...gauge("n"), type: "counter", samples: [{ value: -1 }] } as MetricFamily,
    { ...gauge("o"), type: "counter", samples: [{ value: Number.NaN }] } as MetricFamily,
    { name: "p", help: "", type: "gauge", samples: [{ labels: { "a-b": "" }, value: 1 }] },
    { name: "q", help: "", type: "gauge", samples: [{ value: 1 }, { value: 2 }] },
    { name: "r", help: "", type: "histogram", samples: [{ buckets: [{ upTo: 1, count: 1 }], sum: 1 }] },
    {
      name: "s",
      help: "",
      type: "histogram",
      samples: [
        {
          buckets: [
            { upTo: 1, count: 2 },
            { upTo: Infinity, count: 1 },
          ],
          sum: 1,
        },
      ],
    },
    { name: "t", help: "", type: "histogram", samples: [{ ...histogram, labels: { le: "1" } }] },
    gauge("good"),
  ];
  const { text, problems } = exposition([gauge("good"), ...wrong, gauge("last")]);
  expect(problems).toHaveLength(wrong.length);
  expect(problems.at(-1)).toBe("good is told twice");
  expect(parseOpenMetrics(text).map(({ name }) => name)).toEqual(["good", "last"]);
});

test("a counter's sample and a gauge of its name do not meet", () => {
  const { problems } = exposition([{ name: "x", help: "", type: "histogram", samples: [] }, gauge("x"), gauge("y")]);
  expect(problems).toEqual(["x is told twice"]);
});

test("a family has so many samples and no more", () => {
  const samples = Array.from({ length: samplesMax + 5 }, (_, at) => ({ labels: { at: `${at}` }, value: at }));
  const [family] = parseOpenMetrics(exposition([{ name: "many", help: "", type: "gauge", samples }]).text);
  expect(family?.samples).toHaveLength(samplesMax);
});

test.each([
  "a_total 1\n# EOF\n",
  "# TYPE a counter\n# HELP a h\na 1\n# EOF\n",
  "# TYPE a gauge\n# HELP a h\n\na 1\n# EOF\n",
  "# TYPE a gauge\n# HELP a h\na 1\n",
  '# TYPE a gauge\n# HELP a h\na{b="\\x"} 1\n# EOF\n',
  "# TYPE a gauge\n# HELP a h\na 1\na 2\n# EOF\n",
  "# TYPE a gauge\n# HELP a h\na one\n# EOF\n",
  "# TYPE a gauge\na 1\n# HELP a h\n# EOF\n",
  '# TYPE a histogram\n# HELP a h\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_count 1\na_sum 1\n# EOF\n',
  '# TYPE a histogram\n# HELP a h\na_bucket{le="+Inf"} 1\na_count 2\na_sum 1\n# EOF\n',
])("the strict reader of these tests refuses %j", (text) => {
  expect(() => parseOpenMetrics(text)).toThrow();
});
