import { join } from "node:path";

export const repository = join(import.meta.dirname, "../../..");

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Start {
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
}

/** The real client in a process of its own, with nothing in its environment but what is given. */
export function startCli(words: readonly string[], { env = {}, cwd = repository }: Start = {}) {
  return Bun.spawn(["sh", join(repository, "bin/bun"), join(repository, "packages/cli/src/main.ts"), ...words], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

export async function runCommand(words: readonly string[], start: Start = {}): Promise<Ended> {
  const child = startCli(words, start);
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode };
}

/** A port on which nothing listens: it was free a moment ago. */
export function closedPort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}
