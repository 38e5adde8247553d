import type { Subprocess } from "bun";

/** Every process that the benchmark starts, so that none outlives it. */
const alive = new Set<Subprocess>();

export function keep<Child extends Subprocess>(child: Child): Child {
  alive.add(child);
  void child.exited.then(() => alive.delete(child));
  return child;
}

/** Ends with none alive in the same instant, also when one was started meanwhile. */
export async function killAll(): Promise<void> {
  while (alive.size > 0) await Promise.all([...alive].map(kill));
}

export async function kill(child: Subprocess): Promise<void> {
  child.kill("SIGKILL");
  await child.exited;
  alive.delete(child);
}

/** Our own scripts run as our server does: the current folder has no say. */
export const bunScript = (path: string, ...args: readonly string[]): string[] => [
  process.execPath,
  "--no-env-file",
  "--no-install",
  `--config=${repositoryRoot}/bunfig.toml`,
  `--tsconfig-override=${repositoryRoot}/tsconfig.base.json`,
  path,
  ...args,
];

export const repositoryRoot: string = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

/** Nothing of the caller's settings or keys. */
export const childEnv = (settings: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: process.env.HOME ?? "",
  ...settings,
});
