import { resolve } from "node:path";
import { Fault } from "@dispatch/kernel";
import { systemClock } from "./clock.ts";
import { installationOf } from "./installation.ts";
import { beginLife } from "./lifecycle.ts";
import { serviceManager } from "./notify-socket.ts";
import { startServer } from "./server.ts";
import { journalUncaught } from "./uncaught.ts";

/** Starts the server in this process and follows its signals. Exits with 1 when it does not start. */
export async function serve(): Promise<void> {
  const say = (text: string) => void process.stderr.write(text);
  try {
    const manager = serviceManager(process.env, process.pid, say);
    const { isCopy, ...source } = installationOf({
      environment: process.env,
      root: resolve(import.meta.dir, "../../.."),
      ...(Bun.isStandaloneExecutable ? { executable: process.execPath } : {}),
    });
    const server = await startServer({
      ...source,
      environment: process.env,
      cwd: process.cwd(),
      print: (text) => process.stdout.write(text),
      complain: say,
    });
    for (const event of ["uncaughtException", "unhandledRejection"] as const)
      process.on(event, (thrown: unknown) => journalUncaught(server.log, event, thrown));
    const life = beginLife(server, {
      manager,
      clock: systemClock,
      graceMs: server.settings.graceMs,
      say: (text) => say(`host-bin: ${text}\n`),
      exit: (code) => process.exit(code),
    });
    process.on("SIGINT", life.leave);
    process.on("SIGTERM", life.leave);
    process.on("SIGHUP", hangup(life, isCopy ? source.dotenvPath : undefined, say));
  } catch (thrown) {
    say(`${whyNotStarted(thrown)}\n`);
    process.exit(1);
  }
}

/** A terminal that closes says the same as a person who asks for a reload; the server of a terminal ends with it. */
function hangup(life: ReturnType<typeof beginLife>, copy: string | undefined, say: (text: string) => void): () => void {
  if (process.stdin.isTTY || process.stdout.isTTY) return () => void life.leave();
  return () => {
    if (copy !== undefined)
      say(`host-bin: reload: ${copy} is a copy from the start of the service: what changed in the original needs a restart.\n`);
    void life.reload();
  };
}

/** A failed boot lists its failures itself, each with kind and code. */
function whyNotStarted(thrown: unknown): string {
  if (!Fault.is(thrown)) return String(thrown instanceof Error ? thrown.stack : thrown);
  if (thrown.code === "kernel/boot-failed") return thrown.message;
  return `Dispatch did not start: ${thrown.message} (${thrown.kind}, ${thrown.code})`;
}
