import { apiVersion, type BootOptions, type Capability, type Extension, type Tier } from "../contracts/extension.ts";
import { circleThrough, dependenciesOf } from "./order.ts";
import { nameOf, type Problem, unknownWord } from "./problem.ts";

const idPattern = /^[a-z][a-z0-9-]{0,63}$/;
const versionPattern = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const tiers: readonly string[] = ["core", "standard", "external"] satisfies Tier[];
const capabilities: readonly string[] = ["fs", "net", "process", "secrets"] satisfies Capability[];

type Manifest = { readonly [field in keyof Extension]?: unknown };

/** All problems of all manifests. Never throws, whatever stands in the list: what is loaded from outside may be anything. */
export function manifestProblems(extensions: readonly Extension[], granted: BootOptions["granted"]): readonly Problem[] {
  const graph = graphOf(extensions);
  return extensions.flatMap((extension, index) => {
    const extensionId = nameOf(extension, index);
    const texts = [
      ...shapeProblems(extension ?? {}),
      ...grantProblems(extension ?? {}, granted),
      ...graphProblems(extensionId, extension, graph),
    ];
    return texts.map((text) => ({ extensionId, about: "manifest" as const, text }));
  });
}

function shapeProblems({ id, version, apiVersion: writtenFor, tier, dependsOn, config, activate }: Manifest): readonly string[] {
  const problems: string[] = [];
  if (typeof id !== "string" || !idPattern.test(id)) problems.push(`its id ${quoted(id)} must match ${idPattern.source}`);
  if (id === "kernel") problems.push('its id "kernel" is reserved');
  if (typeof version !== "string" || !versionPattern.test(version))
    problems.push(`its version ${quoted(version)} is not a semantic version such as 1.0.0`);
  if (writtenFor !== apiVersion)
    problems.push(`it was written for kernel contract ${quoted(writtenFor)} and this kernel speaks "${apiVersion}"`);
  if (typeof tier !== "string") problems.push(`its tier must be one of ${tiers.join(", ")}`);
  else if (!tiers.includes(tier)) problems.push(`it has an unknown tier ${unknownWord(tier, tiers)}`);
  if (!isListOfStrings(dependsOn)) problems.push("dependsOn must be a list of extension ids");
  if (typeof activate !== "function") problems.push("it has no activate function");
  if (config !== undefined && (typeof config !== "object" || config === null || !("~standard" in config)))
    problems.push("its config is not a standard schema");
  return problems;
}

function grantProblems({ tier, capabilities: declared }: Manifest, granted: BootOptions["granted"]): readonly string[] {
  if (!isListOfStrings(declared)) return ["capabilities must be a list"];
  const grants: readonly string[] = isTier(tier) ? granted[tier] : declared;
  return declared.flatMap((capability) => {
    if (!capabilities.includes(capability)) return [`it declares an unknown capability ${unknownWord(capability, capabilities)}`];
    return grants.includes(capability) ? [] : [`it declares the capability "${capability}", which ${tier} extensions are not granted`];
  });
}

interface Graph {
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  readonly counts: ReadonlyMap<string, number>;
}

function graphOf(extensions: readonly Extension[]): Graph {
  const counts = new Map<string, number>();
  for (const [index, extension] of extensions.entries()) {
    const name = nameOf(extension, index);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return {
    tiers: new Map(extensions.map((extension, index) => [nameOf(extension, index), extension?.tier])),
    dependencies: new Map(extensions.map((extension, index) => [nameOf(extension, index), dependenciesOf(extension)])),
    counts,
  };
}

function graphProblems(id: string, extension: Extension, graph: Graph): readonly string[] {
  const problems: string[] = [];
  const count = graph.counts.get(id) ?? 1;
  if (count > 1) problems.push(`${count} extensions have this id`);
  for (const dependency of dependenciesOf(extension)) {
    const tier = graph.tiers.get(dependency);
    if (!graph.tiers.has(dependency)) problems.push(`it depends on the unknown ${unknownWord(dependency, [...graph.tiers.keys()])}`);
    else if (extension.tier === "core" && tier !== "core")
      problems.push(`it is core and depends on "${dependency}", which is ${tier}: core may depend on core alone`);
  }
  const circle = circleThrough(id, graph.dependencies);
  if (circle !== undefined) problems.push(`it depends on itself: ${circle.join(" → ")}`);
  return problems;
}

const isTier = (value: unknown): value is Tier => typeof value === "string" && tiers.includes(value);
const isListOfStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
const quoted = (value: unknown): string => (value === undefined ? "(none)" : (JSON.stringify(value) ?? String(value)));
