import { parseArgs } from "node:util";

export interface Options {
  /** Names of the sections to run, in order. */
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly seed: number;
}

export const sectionNames = ["crash", "faults", "hostile", "escapes", "load", "two-servers"] as const;

export const usage = `Usage: bin/torture [--quick] [--only ${sectionNames.join("|")}] [--seed N]

  --quick   a part of each section: at most some minutes in all
  --only    the sections to run, divided by commas; all of them unless given
  --seed    whatever is random follows from it; printed by every run`;

const seedMax = 2 ** 31 - 1;

/** Throws a `TypeError` whose message says what to write instead. Nothing that is not understood is passed over. */
export function parseOptions(args: readonly string[], newSeed: () => number): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      seed: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  return {
    only: values.only === undefined ? sectionNames : sectionList(values.only),
    quick: values.quick,
    seed: values.seed === undefined ? newSeed() : seedOf(values.seed),
  };
}

function sectionList(text: string): readonly string[] {
  const wanted = text.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !sectionNames.some((known) => known === name));
  if (unknown !== undefined) throw new TypeError(`There is no section "${unknown}"; there are ${sectionNames.join(", ")}.`);
  return sectionNames.filter((name) => wanted.includes(name));
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > seedMax)
    throw new TypeError(`--seed takes a whole number up to ${seedMax}, not "${text}".`);
  return seed;
}
