import { childEnvironment } from "@dispatch/child-processes";
import { fault } from "@dispatch/kernel";
import type { Ending, Program, SpawnOrder } from "@dispatch/sandbox/contract";
import { openPipes, type Pipe } from "./pipe.ts";

export type Exit = Ending;

/** A running command, which leads a session of its own: it has no terminal, and what it starts can be told from what others started. */
export interface Shell extends Disposable {
  readonly pid: number;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** How the command ended. A sandbox around it is still there then, for what the command left behind. */
  readonly exited: Promise<Exit>;
  /** Resolves when no process of ours is left: at the latest with the sandbox. */
  readonly gone: Promise<unknown>;
}

export const shellProgram = (command: string, cwd: string): Program => ({
  argv: ["/bin/sh", "-c", command],
  cwd,
  env: childEnvironment(process.env, cwd),
});

/** Faults: `tool-run-shell/not-started` (unavailable). */
export async function startShell(order: SpawnOrder): Promise<Shell> {
  const names = order.reportFd === undefined ? (["stdout", "stderr"] as const) : (["stdout", "stderr", "report"] as const);
  const pipes: Pipes | undefined = await openPipes(names).catch(() => undefined);
  try {
    return spawn(order, pipes);
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
  readonly report?: Pipe;
}

/** Without pipes of our own (no folder for temporary files) Bun's sockets do, for all but a command that opens `/dev/stderr` by name. */
function spawn(order: SpawnOrder, pipes: Pipes | undefined): Shell {
  const child = Bun.spawn([...order.argv], {
    cwd: order.cwd,
    env: order.env,
    stdio: [
      "ignore",
      pipes?.stdout.writeFd ?? "pipe",
      pipes?.stderr.writeFd ?? "pipe",
      ...(order.reportFd === undefined ? [] : [pipes?.report?.writeFd ?? ("pipe" as const)]),
    ],
    detached: true,
  });
  order.started(child.pid);
  for (const pipe of [pipes?.stdout, pipes?.stderr, pipes?.report]) pipe?.closeWriteEnd();
  const gone = child.exited.then((code) => exitOf(code, child.signalCode));
  return {
    pid: child.pid,
    stdout: pipes?.stdout.readable ?? streamOf(child.stdout),
    stderr: pipes?.stderr.readable ?? streamOf(child.stderr),
    exited: order.reportFd === undefined ? gone : reported(order, pipes?.report?.readable ?? streamOf(child.stdio[order.reportFd]), gone),
    gone,
    [Symbol.dispose]: () => release(pipes),
  };
}

/** What the sandbox tells of the command, or how the sandbox ended when it told nothing. */
async function reported(order: SpawnOrder, report: ReadableStream<Uint8Array>, gone: Promise<Exit>): Promise<Exit> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of report) {
    text += decoder.decode(bytes, { stream: true });
    const ending = order.endingOf(text);
    if (ending !== undefined) return ending;
    if (text.length > reportCharsMax) break;
  }
  return gone;
}
const reportCharsMax = 4_096;

/** A signal without a name, as real-time signals are, comes as its number. */
function exitOf(code: number, signal: string | number | null): Exit {
  return signal === null ? { code } : { code, signal: typeof signal === "number" ? `signal ${signal}` : signal };
}

function streamOf(end: number | ReadableStream<Uint8Array> | null | undefined): ReadableStream<Uint8Array> {
  if (end instanceof ReadableStream) return end;
  if (typeof end === "number") return Bun.file(end).stream();
  throw new TypeError("a pipe was asked for and not given");
}

function release(pipes: Pipes | undefined): void {
  pipes?.stdout[Symbol.dispose]();
  pipes?.stderr[Symbol.dispose]();
  pipes?.report?.[Symbol.dispose]();
}
