import { resolve } from "node:path";
import { Fault } from "@dispatch/kernel";
import { systemClock } from "./clock.ts";
import { ownCommand } from "./collector-process.ts";
import { installationOf } from "./installation.ts";
import { beginLife, type Lifecycle } from "./lifecycle.ts";
import { serviceManager } from "./notify-socket.ts";
import { startServer } from "./server.ts";
import { journalUncaught } from "./uncaught.ts";

/** Starts the server in this process and follows its signals. Exits with 1 when it does not start. */
export async function serve(): Promise<void> {
  const say = (text: string) => void process.stderr.write(text);
  const signals = followSignals();
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
      program: ownCommand(Bun.main),
      print: (text) => process.stdout.write(text),
      complain: say,
    });
    for (const event of ["uncaughtException", "unhandledRejection"] as const)
      process.on(event, (thrown: unknown) => {
        journalUncaught(server.log, event, thrown);
        server.journal.flushSync();
      });
    process.on("exit", () => server.journal.flushSync());
    const life = beginLife(server, {
      manager,
      clock: systemClock,
      graceMs: server.settings.graceMs,
      say: (text) => say(`host-bin: ${text}\n`),
      exit: (code) => process.exit(code),
    });
    signals.leadTo({ leave: life.leave, hangUp: onHangUp(life, isCopy ? source.dotenvPath : undefined, say) });
  } catch (thrown) {
    say(`${whyNotStarted(thrown)}\n`);
    process.exit(1);
  }
}

interface Answers {
  leave(): void;
  hangUp(): void;
}

/** Heard from the beginning: a server that is asked to leave while it starts leaves as soon as it stands, and at once when it is asked again. */
function followSignals(): { leadTo(answers: Answers): void } {
  let asked = false;
  let answers: Answers = {
    leave() {
      if (asked) process.exit(1);
      asked = true;
    },
    hangUp() {},
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => answers.leave());
  process.on("SIGHUP", () => answers.hangUp());
  return {
    leadTo(then) {
      answers = then;
      if (asked) answers.leave();
    },
  };
}

/** A terminal that closes sends what also asks for a reload; the server of a terminal ends with it. */
function onHangUp(life: Lifecycle, copy: string | undefined, say: (text: string) => void): () => void {
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
