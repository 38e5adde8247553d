import { join, resolve } from "node:path";
import type { ErrorBody } from "@dispatch/wire";
import { ClientFault } from "../client-fault.ts";
import type { Args, Context } from "../command.ts";
import { tracePath, withTraces } from "./trace-store.ts";

/** This installation's server: the same executable by its other name, or the sources beside ours. */
const program = (): { readonly command: readonly string[]; readonly argv0?: string } =>
  Bun.isStandaloneExecutable
    ? { command: [process.execPath], argv0: "dispatch-server" }
    : { command: [process.execPath, ...process.execArgv, join(import.meta.dir, "../../../host-bin/src/main.ts")] };

/**
 * What the server's program makes of a turn in the trace database that the other commands read: no server need run. `undefined`: the turn is not there, or
 * a server was named.
 * Faults: those of the op.
 */
export async function fromTraces(what: "replay" | "recording", turnId: string, args: Args, context: Context): Promise<unknown> {
  if (args.values.server !== undefined || !(await isTraced(turnId, args, context))) return undefined;
  const { command, argv0 } = program();
  const child = Bun.spawn([...command, "traces", what, turnId, "--db", resolve(context.folder(), tracePath(args, context))], {
    stdio: ["ignore", "pipe", "pipe"],
    signal: context.signal,
    ...(argv0 === undefined ? {} : { argv0 }),
  });
  const [said, complained, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  if (code === 0) return JSON.parse(said);
  throw faultIn(complained);
}

async function isTraced(turnId: string, args: Args, context: Context): Promise<boolean> {
  try {
    return await withTraces(args, context, async (store) => store.turn(turnId).length > 0);
  } catch (thrown) {
    if (args.values.db === undefined && thrown instanceof ClientFault) return false;
    throw thrown;
  }
}

function faultIn(complained: string): ClientFault {
  try {
    const { error, code, kind }: ErrorBody = JSON.parse(complained);
    return new ClientFault(kind, code, error);
  } catch {
    return new ClientFault("defect", "cli/defect", `The server's program said: ${complained.trim()}`);
  }
}
