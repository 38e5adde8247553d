export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string | undefined;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}
export interface ParsedSample {
  readonly name: string;
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

const metadata = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s;
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s;
const labelPair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=[a-zA-Z_])|$)/;
const realNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]Inf$|^NaN$/;
const canonicalBound = /^(?:\d+\.\d+(?:e[+-]\d+)?|\d+e[+-]\d+|\+Inf)$/;

/** OpenMetrics 1.0 text as its grammar has it, as far as counters, gauges and histograms go. Throws at the first line that breaks it. */
export function parseOpenMetrics(text: string): readonly ParsedFamily[] {
  if (!text.endsWith("# EOF\n")) throw new Error("the text does not end with # EOF and a newline");
  const lines = text.slice(0, -"# EOF\n".length).split("\n");
  if (lines.pop() !== "") throw new Error("the line before # EOF does not end");
  const families: Open[] = [];
  lines.forEach((line, at) => {
    try {
      take(line, families);
    } catch (thrown) {
      throw new Error(`line ${at + 1}, ${JSON.stringify(line)}: ${(thrown as Error).message}`);
    }
  });
  for (const family of families) finish(family);
  return families.map(({ name, type = "", unit, help = "", samples }) => ({ name, type, unit, help, samples }));
}

interface Open {
  readonly name: string;
  type?: string;
  unit?: string;
  help?: string;
  readonly samples: ParsedSample[];
}

function take(line: string, families: Open[]): void {
  if (line === "") throw new Error("empty lines are not allowed");
  if (line.startsWith("#")) takeMetadata(line, families);
  else takeSample(line, families);
}

function takeMetadata(line: string, families: Open[]): void {
  const [, keyword = "", name = "", rest = ""] = metadata.exec(line) ?? [];
  if (keyword === "") throw new Error("neither metadata nor # EOF");
  let family = families.at(-1);
  if (family?.name !== name) {
    if (families.some((other) => other.name === name)) throw new Error(`${name} is interleaved or told twice`);
    family = { name, samples: [] };
    families.push(family);
  }
  if (family.samples.length > 0) throw new Error("metadata stands behind samples");
  if (keyword === "TYPE") family.type = once(family.type, rest);
  if (keyword === "UNIT") family.unit = once(family.unit, rest);
  if (keyword === "HELP") family.help = once(family.help, unescaped(rest));
}

function once(before: string | undefined, now: string): string {
  if (before !== undefined) throw new Error("told twice");
  return now;
}

function takeSample(line: string, families: readonly Open[]): void {
  const [, name = "", labels, value = ""] = sampleLine.exec(line) ?? [];
  if (!realNumber.test(value)) throw new Error("no sample with a number");
  const family = families.at(-1);
  const suffixes: { readonly [type: string]: readonly string[] } = {
    counter: ["_total"],
    gauge: [""],
    histogram: ["_bucket", "_count", "_sum"],
  };
  if (family?.type === undefined || !suffixes[family.type]?.some((suffix) => name === family.name + suffix))
    throw new Error(`not a sample of ${family?.name}, a ${family?.type}`);
  const sample = { name, labels: labels === undefined ? {} : parseLabels(labels), value: Number(value.replace("Inf", "Infinity")) };
  const key = keyOf(sample);
  if (family.samples.some((other) => keyOf(other) === key)) throw new Error("told twice");
  family.samples.push(sample);
}

const keyOf = ({ name, labels }: ParsedSample): string => JSON.stringify([name, Object.entries(labels).sort()]);

function parseLabels(text: string): { readonly [name: string]: string } {
  const labels: { [name: string]: string } = {};
  for (let rest = text; rest !== ""; ) {
    const [pair, name = "", value = ""] = labelPair.exec(rest) ?? [];
    if (pair === undefined) throw new Error(`no label at ${JSON.stringify(rest)}`);
    if (name in labels) throw new Error(`${name} stands there twice`);
    labels[name] = unescaped(value);
    rest = rest.slice(pair.length);
  }
  return labels;
}

function unescaped(text: string): string {
  return text.replace(/\\(.?)/gs, (_, character: string) => {
    if (character === "n") return "\n";
    if (character === "\\" || character === '"') return character;
    throw new Error(`\\${character} is no escape`);
  });
}

function finish({ name, type, unit, help, samples }: Open): void {
  if (type === undefined || help === undefined) throw new Error(`${name} lacks TYPE or HELP`);
  if (unit !== undefined && !name.endsWith(`_${unit}`)) throw new Error(`${name} does not end in its unit`);
  if (type === "counter" && samples.some(({ value }) => !(value >= 0 && value < Infinity))) throw new Error(`${name} is no count`);
  if (type === "histogram") finishHistogram(name, samples);
}

function finishHistogram(name: string, samples: readonly ParsedSample[]): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(Object.entries(labels).sort()));
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => labels.le ?? "");
    if (bounds.at(-1) !== "+Inf" || !bounds.every((le) => canonicalBound.test(le))) throw new Error(`${name}: bounds ${bounds}`);
    const ascends = buckets.every(({ labels, value }, at) => {
      const before = buckets[at - 1];
      return before === undefined || (value >= before.value && boundOf(labels.le) > boundOf(before.labels.le));
    });
    const count = group.find((sample) => sample.name === `${name}_count`);
    const sum = group.find((sample) => sample.name === `${name}_sum`);
    if (!ascends || count?.value !== buckets.at(-1)?.value || sum === undefined) throw new Error(`${name}: the counts do not agree`);
  }
}

const boundOf = (le = ""): number => Number(le.replace("Inf", "Infinity"));

/** The value of one sample, by its name and some of its labels. */
export function sampleOf(
  families: readonly ParsedFamily[],
  name: string,
  labels: { readonly [name: string]: string } = {},
): number | undefined {
  const samples = families.flatMap((family) => family.samples);
  return samples.find((sample) => sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text))
    ?.value;
}
