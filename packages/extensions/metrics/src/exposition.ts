import type { Distribution, Labels, MetricFamily, Sample } from "./contract.ts";
import { problemOf } from "./family-problem.ts";

export const openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/** Of one family; those beyond are left out. */
export const samplesMax = 1_000;

export interface Exposition {
  readonly text: string;
  /** Why families were left out: one wrong name would cost the reader all of them. */
  readonly problems: readonly string[];
}

/** Families as OpenMetrics 1.0 text. The first of a name wins. */
export function exposition(families: readonly MetricFamily[]): Exposition {
  const problems: string[] = [];
  const taken = new Set<string>();
  let text = "";
  for (const family of families) {
    const problem = problemOf(family, taken);
    if (problem === undefined) text += familyText(family);
    else problems.push(problem);
  }
  return { text: `${text}# EOF\n`, problems };
}

function familyText(family: MetricFamily): string {
  const { name, type, unit, help } = family;
  const about = `# TYPE ${name} ${type}\n${unit === undefined ? "" : `# UNIT ${name} ${unit}\n`}# HELP ${name} ${escaped(help)}\n`;
  switch (family.type) {
    case "counter":
      return about + samples(`${name}_total`, family.samples);
    case "gauge":
      return about + samples(name, family.samples);
    case "histogram":
      return (
        about +
        family.samples
          .slice(0, samplesMax)
          .map((sample) => distribution(name, sample))
          .join("")
      );
  }
}

const samples = (name: string, all: readonly Sample[]): string =>
  all
    .slice(0, samplesMax)
    .map(({ labels = {}, value }) => line(name, labels, value))
    .join("");

function distribution(name: string, { labels = {}, buckets, sum }: Distribution): string {
  const counted = buckets.map(({ upTo, count }) => line(`${name}_bucket`, { ...labels, le: bound(upTo) }, count));
  return `${counted.join("")}${line(`${name}_count`, labels, buckets.at(-1)?.count ?? 0)}${line(`${name}_sum`, labels, sum)}`;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${number(value)}\n`;
}

const escaped = (text: string): string =>
  text.toWellFormed().replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));

function number(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : `${value < 0 ? "-" : "+"}Inf`;
}

/** A bound is a name too: every writer spells it alike. */
const bound = (value: number): string => (Number.isInteger(value) ? `${value}.0` : number(value));
