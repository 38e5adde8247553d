/** The rest of a longer answer is left out. */
export const outputBytesMax = 64 * 1024;

export type Environment = { readonly [name: string]: string | undefined };

/** Git of one folder: `null` where it fails, be it that the folder is no repository. Rejects when git cannot be started. */
export interface Git {
  branch(cwd: string, signal: AbortSignal): Promise<string | null>;
  status(cwd: string, signal: AbortSignal): Promise<string | null>;
}

/**
 * A repository's own configuration can name programs that git runs. To look at a folder must not run what lies in it, so file monitors, filters,
 * fetching and a look into submodules are off; without optional locks no index is written, so no hook is called either.
 */
export function localGit(environment: Environment): Git {
  return {
    async branch(cwd, signal) {
      const { code, text } = await run(["rev-parse", "--abbrev-ref", "HEAD"], cwd, signal, environment);
      return code === 0 ? text.trim() : null;
    },
    async status(cwd, signal) {
      const filters = await ownFilters(cwd, signal, environment);
      if (filters === undefined) return null;
      const words = ["status", "--short", "--ignore-submodules=dirty"];
      const { code, text, isCut } = await run(words, cwd, signal, { ...environment, ...switchedOff(filters) });
      return code === 0 || isCut ? text.trimEnd() : null;
    },
  };
}

/**
 * Keys of the filters that the repository itself configures; what a person has set up for all repositories stays on. `undefined` where not every
 * one is known.
 */
async function ownFilters(cwd: string, signal: AbortSignal, environment: Environment): Promise<readonly string[] | undefined> {
  const words = ["config", "--null", "--show-scope", "--name-only", "--get-regexp", "^filter\\."];
  const { code, text, isCut } = await run(words, cwd, signal, environment);
  if (code === noneFound && !isCut) return [];
  if (code !== 0 || isCut) return undefined;
  const fields = text.split("\0");
  return fields.filter((_, index) => index % 2 === 1 && ["local", "worktree"].includes(fields[index - 1] ?? ""));
}
const noneFound = 1;

/** Settings by environment variables: unlike `-c key=value` they take a key with any character in it. */
function switchedOff(keys: readonly string[]): Environment {
  const settings = keys.flatMap((key, n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, key.endsWith(".required") ? "false" : ""],
  ]);
  return { GIT_CONFIG_COUNT: String(keys.length), ...Object.fromEntries(settings) };
}

interface Told {
  /** Not 0 when git was killed. */
  readonly code: number;
  readonly text: string;
  readonly isCut: boolean;
}

/** An abort kills git and whatever it has started. */
async function run(words: readonly string[], cwd: string, signal: AbortSignal, environment: Environment): Promise<Told> {
  signal.throwIfAborted();
  const child = Bun.spawn(["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", ...words], {
    cwd,
    env: { ...environment, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    detached: true,
  });
  const kill = () => killGroup(child.pid);
  signal.addEventListener("abort", kill, { once: true });
  try {
    const { text, isCut } = await readBeginning(child.stdout);
    if (isCut) kill();
    return { code: await child.exited, text, isCut };
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

async function readBeginning(stream: ReadableStream<Uint8Array>): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  let room = outputBytesMax;
  for await (const bytes of stream) {
    text += decoder.decode(bytes.subarray(0, room), { stream: true });
    room -= bytes.length;
    if (room < 0) return { text, isCut: true };
  }
  return { text: text + decoder.decode(), isCut: false };
}

/** What git needs of the server's environment: nothing of Dispatch's own, nor what would point git at another repository. */
export function gitEnvironment(environment: Environment): Environment {
  return Object.fromEntries(["PATH", "HOME", "XDG_CONFIG_HOME"].map((name) => [name, environment[name]]));
}
export const ownGit = (): Git => localGit(gitEnvironment(process.env));
