import { open } from "node:fs/promises";
import { ClientFault } from "./client-fault.ts";
import type { World } from "./run-cli.ts";
import { createScreen, type Sink } from "./screen.ts";
import { terminalLines } from "./terminal-lines.ts";

/** This process as the world of the client. */
export function processWorld(): World {
  const interrupt = new AbortController();
  // Once: a second Ctrl-C ends the process at once.
  process.once("SIGINT", () => interrupt.abort());
  const { env } = process;
  return {
    env,
    screen: createScreen({
      stdout: sinkOf(process.stdout),
      stderr: sinkOf(process.stderr),
      colours: (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb",
    }),
    signal: interrupt.signal,
    now: () => Date.now(),
    folder: currentFolder,
    readFile,
    ...(process.stdin.isTTY === true && process.stderr.isTTY === true ? { ask: terminalLines(process.stdin) } : {}),
  };
}

/** A reader that has gone (`dispatch list | head -1`) is no error of ours. */
function sinkOf(stream: NodeJS.WriteStream): Sink {
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    write: (text) => new Promise((resolve) => void stream.write(text, () => resolve())),
  };
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new ClientFault("missing", "cli/no-folder", "The current folder is not there any more. Change to another, or give --cwd.");
  }
}

/** Reads to the limit and no further: a device or a pipe does not say how long it is. */
async function readFile(path: string, sizeBytesMax: number): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  try {
    await using file = await open(path);
    for await (const piece of file.createReadStream({ end: sizeBytesMax })) {
      pieces.push(piece);
      sizeBytes += piece.length;
    }
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
  if (sizeBytes <= sizeBytesMax) return Buffer.concat(pieces);
  throw new ClientFault("limited", "cli/too-long", `${path} is too large to attach: at most ${sizeBytesMax} bytes are taken.`);
}

function unreadable(path: string, thrown: unknown): ClientFault {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return new ClientFault("missing", "cli/no-file", `There is no file ${path}.`);
  if (code === "EACCES" || code === "EPERM") return new ClientFault("denied", "cli/no-access", `${path} may not be read.`);
  return new ClientFault("invalid", "cli/no-file", `${path} cannot be read: ${code === "EISDIR" ? "it is a folder" : String(code)}.`);
}
