import type { Log } from "@dispatch/kernel";
import type { CollectorChild } from "./collector-supervisor.ts";

/** How a process of this executable is started: its program, and how it is called where that decides what it is. */
export interface OwnCommand {
  readonly command: readonly string[];
  readonly argv0?: string;
}

export interface CollectorProcessOptions {
  readonly program: OwnCommand;
  /** All absolute. */
  readonly journal: string;
  readonly db: string;
  readonly cwd: string;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly log: Log;
}

/** This server's own program, to be followed by a sub-command: the interpreter with its flags and the entry file, or the compiled executable. */
export const ownCommand = (entry: string): OwnCommand =>
  Bun.isStandaloneExecutable
    ? { command: [process.execPath], argv0: "dispatch-server" }
    : { command: [process.execPath, ...process.execArgv, entry] };

/** No secret is among them, and no setting: what it needs stands in its arguments. */
const passedOn = ["HOME", "PATH", "TMPDIR", "TZ", "LANG"];
/** It holds little for long: its heap is collected as if the machine had so much. */
const heapBytes = 192 * 1024 * 1024;
const complaintCharsMax = 1_000;

/**
 * In a process group of its own, so that a Ctrl-C in the server's terminal reaches it through the server, when all is written. What it says on its
 * standard error is logged.
 */
export function startCollector({ program, journal, db, cwd, environment, log }: CollectorProcessOptions): CollectorChild {
  const known = passedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const]));
  const child = Bun.spawn([...program.command, "collect", "--journal", journal, "--db", db, "--parent", String(process.pid)], {
    cwd,
    env: { ...Object.fromEntries(known), BUN_JSC_forceRAMSize: String(heapBytes) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...(program.argv0 === undefined ? {} : { argv0: program.argv0 }),
  });
  const told = tell(child.stderr, log.named("observability-collector"));
  // Its first word says that it follows signals; before that a SIGTERM would end it in the middle of its start.
  const ready = child.stdout.getReader().read();
  return {
    pid: child.pid,
    exited: Promise.all([child.exited, told]).then(([code]) => child.signalCode ?? code),
    kill: (signal) => void (signal === "SIGKILL" ? child.kill(signal) : ready.then(() => child.kill(signal))),
  };
}

async function tell(stream: ReadableStream<Uint8Array>, log: Log): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, complaintCharsMax);
    for (const line of lines) if (line.trim() !== "") log.warn(line.slice(0, complaintCharsMax));
  }
  if (rest.trim() !== "") log.warn(rest);
}
