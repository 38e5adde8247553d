import { closeSync, constants, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a process writes into `writeFd` comes out of `readable`, which ends when nobody holds the write end any more. */
export interface Pipe extends Disposable {
  readonly writeFd: number;
  readonly readable: ReadableStream<Uint8Array>;
  /** To be done once the process has its own. */
  closeWriteEnd(): void;
}

/**
 * Real pipes. Bun's `"pipe"` is a socket, which a command cannot open by name: `tee /dev/stderr` would fail. Throws what the system
 * answers; nothing is left behind then.
 */
export async function openPipes<Name extends string>(names: readonly Name[]): Promise<{ readonly [name in Name]: Pipe }> {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-pipe-"));
  const pipes: [Name, Pipe][] = [];
  try {
    const paths = names.map((name) => join(folder, name));
    const made = await Bun.spawn(["mkfifo", "-m", "600", ...paths], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exited;
    if (made !== 0) throw new Error(`mkfifo ended with ${made}`);
    for (const name of names) pipes.push([name, openPipe(join(folder, name))]);
    return Object.fromEntries(pipes) as { [name in Name]: Pipe };
  } catch (thrown) {
    for (const [, pipe] of pipes) pipe[Symbol.dispose]();
    throw thrown;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The read end comes first and does not wait: a write end that is opened alone hangs until there is a reader. */
function openPipe(path: string): Pipe {
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const open = new Set([readFd]);
  const close = (fd: number) => void (open.delete(fd) && closeSync(fd));
  try {
    const writeFd = openSync(path, constants.O_WRONLY);
    open.add(writeFd);
    return {
      writeFd,
      readable: Bun.file(readFd).stream(),
      closeWriteEnd: () => close(writeFd),
      [Symbol.dispose]: () => [...open].forEach(close),
    };
  } catch (thrown) {
    close(readFd);
    throw thrown;
  }
}
