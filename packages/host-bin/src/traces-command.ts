import { parseArgs } from "node:util";
import { asFault } from "@dispatch/kernel";
import { offlineTraces } from "@dispatch/turn-replay";
import type { ErrorBody } from "@dispatch/wire";

const usage = `usage: dispatch-server traces replay|recording <turnId> --db PATH

Runs a recorded turn of a trace database again, or gives its recording: as a line of JSON, without a server. dispatch trace replay and record call it.
`;

/** Exits with 0, with 1 and an error body on standard error, or with 2 for wrong arguments. */
export async function tracesCommand(args: readonly string[]): Promise<never> {
  if (args.includes("--help") || args.includes("-h")) return leave(process.stdout, usage, 0);
  const given = readArguments(args);
  if (given === undefined) return leave(process.stderr, usage, 2);
  try {
    const offline = await offlineTraces();
    return await leave(process.stdout, `${JSON.stringify(await offline[given.what](given.db, given.turnId))}\n`, 0);
  } catch (thrown) {
    const { message, code, kind } = asFault(thrown);
    return leave(process.stderr, `${JSON.stringify({ error: message, code, kind } satisfies ErrorBody)}\n`, 1);
  }
}

function readArguments(
  args: readonly string[],
): { readonly what: "replay" | "recording"; readonly turnId: string; readonly db: string } | undefined {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: { db: { type: "string" } }, allowPositionals: true });
    const [what, turnId, ...more] = positionals;
    if ((what !== "replay" && what !== "recording") || turnId === undefined || values.db === undefined || more.length > 0) return undefined;
    return { what, turnId, db: values.db };
  } catch {
    return undefined;
  }
}

/** A recording is longer than a pipe holds: all of it is taken before the end. */
async function leave(stream: NodeJS.WriteStream, text: string, code: number): Promise<never> {
  await new Promise((taken) => void stream.write(text, taken));
  process.exit(code);
}
