/** The program that finds files of which a line matches, or `undefined` when it is not installed. Only folders named from the root are looked in. */
export function findRipgrep(path = process.env.PATH ?? ""): string | undefined {
  const folders = path.split(":").filter((folder) => folder.startsWith("/"));
  return Bun.which("rg", { PATH: folders.join(":") }) ?? undefined;
}

/** Those of `files` that ripgrep finds, in their order. All of them where it cannot tell. Ends, with all of them, when the signal aborts. */
export async function filesThatMatch(
  ripgrep: string,
  pattern: string,
  ignoreCase: boolean,
  files: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options = [
    "--no-config",
    "--files-with-matches",
    "--null",
    "--text",
    "--no-messages",
    ignoreCase ? "--ignore-case" : "--case-sensitive",
  ];
  try {
    const child = Bun.spawn([ripgrep, ...options, "--", pattern, ...files], {
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
    return (await child.exited) <= 1 && child.signalCode === null ? files.filter((file) => found.has(file)) : files;
  } catch {
    return files;
  }
}
