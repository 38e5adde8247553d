import type { Subprocess } from "bun";

/** Every process that the campaign starts, so that none outlives it. */
const alive = new Set<Subprocess>();

export type Child = Subprocess<"pipe", "pipe", "pipe">;

const root = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** A command that runs it, with its own arguments. */
  readonly before?: readonly string[];
}

/** One of our own programs, run as the server is: the current folder has no say. */
export function startChild(path: string, { args = [], cwd = root, before = [] }: ChildOptions = {}): Child {
  const flags = ["--no-env-file", "--no-install", `--config=${root}/bunfig.toml`, `--tsconfig-override=${root}/tsconfig.base.json`];
  const child = Bun.spawn([...before, process.execPath, ...flags, path, ...args], {
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" },
  });
  alive.add(child);
  void child.exited.then(() => alive.delete(child));
  return child;
}

export async function endChildren(): Promise<void> {
  await Promise.all(
    [...alive].map(async (child) => {
      child.kill("SIGKILL");
      await child.exited;
    }),
  );
}

/** Rejects with what it complained about when it ends before it says a line. */
export async function firstLine(child: Child): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the process said nothing: ${(await new Response(child.stderr).text()).slice(-2_000)}`);
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text.slice(0, text.indexOf("\n"));
}
