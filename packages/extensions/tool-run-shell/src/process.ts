import { childEnvironment } from "@dispatch/child-processes";
import { fault } from "@dispatch/kernel";
import { openPipes, type Pipe } from "./pipe.ts";

export interface Exit {
  /** As a shell counts: 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly signal?: string;
}

/** A running `/bin/sh`, which leads a session of its own: it has no terminal, and what it starts can be told from what others started. */
export interface Shell extends Disposable {
  readonly pid: number;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly exited: Promise<Exit>;
}

/** Faults: `tool-run-shell/not-started` (unavailable). */
export async function startShell(command: string, cwd: string): Promise<Shell> {
  const pipes = await openPipes(["stdout", "stderr"]).catch(() => undefined);
  try {
    return spawn(command, cwd, pipes);
  } catch (thrown) {
    release(pipes);
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const hint = "Try again; if it stays so, tell the person that the server can start no processes.";
    throw fault("unavailable", "tool-run-shell/not-started", `The shell could not be started: ${why}. ${hint}`, { cause: thrown });
  }
}

interface Pipes {
  readonly stdout: Pipe;
  readonly stderr: Pipe;
}

/** Without pipes of our own (no folder for temporary files) Bun's sockets do, for all but a command that opens `/dev/stderr` by name. */
function spawn(command: string, cwd: string, pipes: Pipes | undefined): Shell {
  const child = Bun.spawn(["/bin/sh", "-c", command], {
    cwd,
    env: childEnvironment(process.env, cwd),
    stdin: "ignore",
    stdout: pipes?.stdout.writeFd ?? "pipe",
    stderr: pipes?.stderr.writeFd ?? "pipe",
    detached: true,
  });
  pipes?.stdout.closeWriteEnd();
  pipes?.stderr.closeWriteEnd();
  return {
    pid: child.pid,
    stdout: pipes?.stdout.readable ?? streamOf(child.stdout),
    stderr: pipes?.stderr.readable ?? streamOf(child.stderr),
    exited: child.exited.then((code) => exitOf(code, child.signalCode)),
    [Symbol.dispose]: () => release(pipes),
  };
}

/** A signal without a name, as real-time signals are, comes as its number. */
function exitOf(code: number, signal: string | number | null): Exit {
  return signal === null ? { code } : { code, signal: typeof signal === "number" ? `signal ${signal}` : signal };
}

function streamOf(end: number | ReadableStream<Uint8Array> | undefined): ReadableStream<Uint8Array> {
  if (end instanceof ReadableStream) return end;
  throw new TypeError("a pipe was asked for and not given");
}

function release(pipes: Pipes | undefined): void {
  pipes?.stdout[Symbol.dispose]();
  pipes?.stderr[Symbol.dispose]();
}
