import { parseArgs } from "node:util";
import { collect } from "@dispatch/observability-collector";
import { systemClock } from "./clock.ts";

export const collectUsage = `usage: dispatch-server collect --journal PATH [--db PATH] [--interval MS] [--prune-interval-ms MS]

Moves what the server's journal says into the trace database, until it is told to end (SIGTERM or SIGINT): then it reads what is there and ends. The
server starts one itself, unless DISPATCH_COLLECTOR=off. Without --db the database is DISPATCH_TRACE_DB, or ./.dispatch-data/traces.db.
`;

const parentLookMs = 500;
const intervalMsMax = 86_400_000;

interface Arguments {
  readonly journal: string;
  readonly db: string;
  readonly intervalMs: number;
  readonly pruneIntervalMs: number;
  /** Whose end is ours; 0: nobody's. */
  readonly parentPid: number;
}

/** Exits with 0 when it was told to end, 1 when the store cannot be used, 2 for wrong arguments. */
export async function collectCommand(args: readonly string[]): Promise<never> {
  if (args.includes("--help") || args.includes("-h")) return leave(process.stdout, collectUsage, 0);
  const given = readArguments(args, process.env);
  if ("problem" in given) return leave(process.stderr, `Error: ${given.problem}\n${collectUsage}`, 2);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  process.stdout.write(`Collecting ${given.journal} into ${given.db}\n`);
  void endWithParent(given.parentPid, stop);
  try {
    const complain = (text: string) => void process.stderr.write(`${text}\n`);
    await collect({ ...given, clock: systemClock, signal: stop.signal, complain });
    process.exit(0);
  } catch (thrown) {
    return leave(process.stderr, `${thrown instanceof Error ? thrown.message : String(thrown)}\n`, 1);
  }
}

function leave(stream: NodeJS.WriteStream, text: string, code: number): never {
  stream.write(text);
  process.exit(code);
}

export function readArguments(
  args: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): Arguments | { readonly problem: string } {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { journal: text, db: text, interval: text, "prune-interval-ms": text, parent: text },
    });
    if (values.journal === undefined || values.journal === "") return { problem: "--journal is missing: name the journal's path." };
    return {
      journal: values.journal,
      db: values.db ?? environment.DISPATCH_TRACE_DB ?? "./.dispatch-data/traces.db",
      intervalMs: milliseconds("--interval", values.interval, 250),
      pruneIntervalMs: milliseconds("--prune-interval-ms", values["prune-interval-ms"], 60_000),
      parentPid: values.parent === undefined ? 0 : milliseconds("--parent", values.parent, 0),
    };
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function milliseconds(flag: string, value: string | undefined, usual: number): number {
  if (value === undefined) return usual;
  if (!/^[1-9]\d{0,8}$/.test(value) || Number(value) > intervalMsMax)
    throw new Error(`${flag} takes a whole number from 1 to ${intervalMsMax}, not ${value}.`);
  return Number(value);
}

/** A server that was killed cannot tell anybody to end: its collector reads what it left, and ends by itself. */
async function endWithParent(parentPid: number, stop: AbortController): Promise<void> {
  if (parentPid === 0) return;
  while (!stop.signal.aborted && process.ppid === parentPid) await systemClock.sleep(parentLookMs, stop.signal);
  stop.abort();
}
