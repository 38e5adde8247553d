import { stat } from "node:fs/promises";

/** The program that finds files of which a line matches, or `undefined` when it is not installed. Only folders named from the root are looked in. */
export function findRipgrep(path = process.env.PATH ?? ""): string | undefined {
  const folders = path.split(":").filter((folder) => folder.startsWith("/"));
  return Bun.which("rg", { PATH: folders.join(":") }) ?? undefined;
}

/** It holds a whole line in memory, and reads every file to its end, also one that turns out to be binary at its first byte. */
const fileBytesMax = 16 * 1024 * 1024;

/**
 * Those of `files` that ripgrep finds, in their order; also those that it is not asked about because they are too large. All of them where
 * it cannot tell. Ends, with all of them, when the signal aborts.
 */
export async function filesThatMatch(
  ripgrep: string,
  pattern: string,
  ignoreCase: boolean,
  files: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options = ["--no-config", "--files-with-matches", "--null", "--no-messages", ignoreCase ? "--ignore-case" : "--case-sensitive"];
  const small = await Promise.all(files.map(isSmall));
  const asked = files.filter((_, i) => small[i]);
  if (asked.length === 0) return files;
  try {
    const child = Bun.spawn([ripgrep, ...options, "--", pattern, ...asked], {
      cwd: "/",
      env: {},
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      signal,
      killSignal: "SIGKILL",
    });
    const found = new Set((await new Response(child.stdout).text()).split("\0"));
    // 0: some match; 1: none does; anything else: it did not get that far.
    return (await child.exited) <= 1 && child.signalCode === null ? files.filter((file, i) => !small[i] || found.has(file)) : files;
  } catch {
    return files;
  }
}

const isSmall = (file: string): Promise<boolean> =>
  stat(file).then(
    ({ size }) => size <= fileBytesMax,
    () => false,
  );
