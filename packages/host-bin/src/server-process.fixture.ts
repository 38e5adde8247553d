import { resolve } from "node:path";

const doomed = resolve(import.meta.dirname, "doomed-server.fixture.ts");
const root = resolve(import.meta.dirname, "../../..");

/** A real server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<number>;
  readonly errors: () => string;
  /** The next line on its standard output that matches. */
  line(pattern: RegExp): Promise<string>;
}

export async function startServerProcess(cwd: string, environment: { readonly [name: string]: string }): Promise<ServerProcess> {
  const child = Bun.spawn(["sh", `${root}/bin/bun`, doomed], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: cwd, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let errors = "";
  void collect(child.stderr, (text) => {
    errors += text;
  });
  const lines = new Lines();
  void collect(child.stdout, (text) => lines.add(text)).then(() => lines.end());
  const banner = await lines.next(/listening on (\S+)/).catch(() => {
    throw new Error(`the server did not start: ${errors}`);
  });
  return {
    url: banner.replace(/.*listening on /, ""),
    pid: child.pid,
    exited: child.exited,
    errors: () => errors,
    line: (pattern) => lines.next(pattern),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) take(decoder.decode(bytes, { stream: true }));
}

/** Lines as they come, each given to one waiter at most. */
class Lines {
  #text = "";
  #ended = false;
  #waiting: { readonly pattern: RegExp; resolve(line: string): void; reject(why: Error): void }[] = [];

  add(text: string): void {
    this.#text += text;
    this.#look();
  }

  end(): void {
    this.#ended = true;
    this.#look();
  }

  next(pattern: RegExp): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#waiting.push({ pattern, resolve, reject });
    this.#look();
    return promise;
  }

  #look(): void {
    this.#waiting = this.#waiting.filter(({ pattern, resolve, reject }) => {
      const line = this.#text
        .split("\n")
        .slice(0, -1)
        .find((candidate) => pattern.test(candidate));
      if (line !== undefined) {
        this.#text = this.#text.slice(this.#text.indexOf(line) + line.length + 1);
        resolve(line);
        return false;
      }
      if (!this.#ended) return true;
      reject(new Error(`no line matches ${pattern}`));
      return false;
    });
  }
}
