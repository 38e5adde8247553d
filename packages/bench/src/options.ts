import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  /** Identifiers of the workloads to run, in order. */
  readonly only: readonly string[];
  /** Overrides how often each workload repeats. */
  readonly rounds: number | undefined;
  readonly quick: boolean;
  readonly out: string;
  /** Entry file of the server that is measured. */
  readonly server: string;
}

export const usage = `Usage: bin/bench [--only W1,W4] [--rounds N] [--quick] [--out FILE] [--server FILE]

  --only     the workloads to run, W1 to W8; all of them unless given
  --rounds   how often each workload is repeated
  --quick    few rounds: a look, not a measurement
  --out      where the JSON goes; .cache/bench/<time>.json unless given
  --server   the entry file of another server, to compare two versions; what bin/up starts unless given`;

const workloadIds = ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8"];

/** Throws a `TypeError` whose message says what to write instead. Nothing that is not understood is passed over. */
export function parseOptions(args: readonly string[], root: string, now: Date): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      out: { type: "string" },
      server: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const stamp = now.toISOString().replaceAll(":", "-");
  return {
    only: values.only === undefined ? workloadIds : workloadList(values.only),
    rounds: values.rounds === undefined ? undefined : roundCount(values.rounds),
    quick: values.quick,
    out: resolve(values.out ?? join(root, ".cache", "bench", `${stamp}.json`)),
    server: resolve(values.server ?? join(root, "packages", "host-bin", "bundle", "main.js")),
  };
}

function workloadList(text: string): readonly string[] {
  const ids = text.split(",").map((id) => id.trim().toUpperCase());
  const unknown = ids.find((id) => !workloadIds.includes(id));
  if (unknown !== undefined) throw new TypeError(`There is no workload "${unknown}"; there are ${workloadIds.join(", ")}.`);
  return workloadIds.filter((id) => ids.includes(id));
}

function roundCount(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) throw new TypeError(`--rounds takes a whole number from 1, not "${text}".`);
  return rounds;
}
