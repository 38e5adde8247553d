import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { endProcesses, memoryOf, signalAll } from "@dispatch/child-processes";
import type { Clock } from "@dispatch/kernel";

/** How a server is started. */
export interface Command {
  /** The program's absolute path, then its arguments. */
  readonly words: readonly [string, ...string[]];
  /** Absolute. */
  readonly cwd: string;
  readonly environment: { readonly [name: string]: string };
}

/** A running language server, which leads a session of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly input: Writable;
  readonly output: Readable;
  /** Resolves with how it ended, for people: `ended with exit code 1: out of memory`. */
  readonly ended: Promise<string>;
  /** Bytes of it and of all that it has started. */
  memory(): Promise<number | undefined>;
  /** Kills it and all that it has started, and resolves when they are gone. */
  kill(): Promise<void>;
}

const complaintCharsMax = 2_000;
const complaintShownMax = 300;

/**
 * The shell becomes the program. What it leaves behind waits for our end of descriptor 3 to close, which happens at the latest when this process
 * is gone, however that comes about; then it kills the group.
 */
const wrapper = '{ read -r _ <&3; kill -KILL 0; } </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"';

/** Throws what the system says when it starts no process. */
export function startServer({ words, cwd, environment }: Command, clock: Clock): ServerProcess {
  const child = spawn("/bin/sh", ["-c", wrapper, "lsp", ...words], {
    cwd,
    env: environment,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  const { stdin, stdout, stderr, pid } = child;
  if (pid === undefined || stdin === null || stdout === null || stderr === null) {
    child.once("error", () => {});
    throw new Error("the system started no process");
  }
  // Whoever reads or writes learns of a failure; nobody may be harmed by one before.
  for (const stream of [stdin, stdout, stderr, child.stdio[3]]) stream?.on("error", () => {});
  const complaint = tailOf(stderr);
  const exited = exitOf(child);
  let killed: Promise<void> | undefined;
  const kill = async () => {
    await signalAll(pid, "SIGKILL");
    child.stdio[3]?.destroy();
    await exited;
    await endProcesses(pid, clock);
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
  };
  return {
    pid,
    input: stdin,
    output: stdout,
    ended: exited.then((how) => {
      const last = complaint().trim().split("\n").at(-1) ?? "";
      return last === "" ? how : `${how}: ${last.slice(0, complaintShownMax)}`;
    }),
    memory: () => memoryOf(pid),
    kill: () => {
      killed ??= kill();
      return killed;
    },
  };
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`));
  });
}

/** What it wrote last to stderr. Always read, so that a talkative server does not wait for a reader. */
function tailOf(stream: Readable): () => string {
  let tail = "";
  const decoder = new TextDecoder();
  stream.on("data", (bytes: Uint8Array) => {
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-complaintCharsMax);
  });
  return () => tail;
}
