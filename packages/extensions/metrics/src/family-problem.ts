import type { Distribution, Labels, MetricFamily } from "./contract.ts";

const familyName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const suffixes = { counter: ["_total"], gauge: [""], histogram: ["_bucket", "_count", "_sum"] } as const;
const reserved = /_(?:total|created|bucket|count|sum|info)$/;

/** Why a family cannot be told, or `undefined`; its names count as `taken` from then on. */
export function problemOf(family: MetricFamily, taken: Set<string>): string | undefined {
  const { name, unit, type } = family;
  if (!familyName.test(name)) return `${JSON.stringify(name)} is no name of a metric`;
  if (reserved.test(name)) return `${name} ends in a word that belongs to the format`;
  if (unit !== undefined && !name.endsWith(`_${unit}`)) return `${name} does not end in its unit, ${unit}`;
  const names = [name, ...suffixes[type].map((suffix) => `${name}${suffix}`)];
  if (names.some((each) => taken.has(each))) return `${name} is told twice`;
  const problem = type === "histogram" ? distributionsProblem(family.samples) : samplesProblem(family);
  if (problem !== undefined) return `${name}: ${problem}`;
  for (const each of names) taken.add(each);
  return undefined;
}

function samplesProblem({ type, samples }: Exclude<MetricFamily, { readonly type: "histogram" }>): string | undefined {
  if (type === "counter" && samples.some(({ value }) => !(value >= 0 && value < Infinity))) return "a counter is finite and not negative";
  return labelsProblem(samples);
}

function distributionsProblem(samples: readonly Distribution[]): string | undefined {
  for (const { buckets, sum } of samples) {
    if (buckets.at(-1)?.upTo !== Infinity) return "the last bound is not infinite";
    const ascends = buckets.every(
      ({ upTo, count }, at) => at === 0 || (upTo > bound(buckets, at - 1) && count >= counted(buckets, at - 1)),
    );
    if (!ascends || !Number.isFinite(sum) || buckets.some(({ count }) => !(count >= 0 && count < Infinity)))
      return "the counts do not ascend";
  }
  return labelsProblem(samples, "le");
}

type Buckets = Distribution["buckets"];
const bound = (buckets: Buckets, at: number): number => buckets[at]?.upTo ?? Number.NaN;
const counted = (buckets: Buckets, at: number): number => buckets[at]?.count ?? Number.NaN;

function labelsProblem(samples: readonly { readonly labels?: Labels }[], alsoTaken?: string): string | undefined {
  const seen = new Set<string>();
  for (const { labels = {} } of samples) {
    const wrong = Object.keys(labels).find((label) => !labelName.test(label) || label === alsoTaken);
    if (wrong !== undefined) return `${JSON.stringify(wrong)} is no name of a label`;
    const key = JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
    if (seen.has(key)) return `${key} is told twice`;
    seen.add(key);
  }
  return undefined;
}
