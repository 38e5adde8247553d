import { fileURLToPath } from "node:url";

/** Another real process of this Bun, running one of the fixtures beside this file. `before` is put in front of the command, as `nice` would be. */
export function startChild(fixture: string, args: readonly string[], before: readonly string[] = []) {
  const script = fileURLToPath(new URL(fixture, import.meta.url));
  return Bun.spawn([...before, process.execPath, "--no-env-file", "--no-install", script, ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
}

/** The child's lines as JSON values, as they come. */
export async function* linesOf(child: { readonly stdout: ReadableStream<Uint8Array> }): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of child.stdout) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}
