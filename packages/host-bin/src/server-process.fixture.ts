import { resolve } from "node:path";

const doomed = resolve(import.meta.dirname, "doomed-server.fixture.ts");
const root = resolve(import.meta.dirname, "../../..");

/** A process with what it says. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<number>;
  readonly errors: () => string;
  /** The next line on its standard output that matches. */
  line(pattern: RegExp): Promise<string>;
  /** The same of its standard error. */
  complaint(pattern: RegExp): Promise<string>;
}

/** A real server in a process of its own. */
export interface ServerProcess extends Running {
  readonly url: string;
}

/** A program of the repository, run by its Bun. */
export const fromSource = (path: string): readonly string[] => ["sh", `${root}/bin/bun`, path];

/** Resolves when the server listens. */
export async function startServerProcess(
  cwd: string,
  environment: { readonly [name: string]: string },
  command: readonly string[] = fromSource(doomed),
): Promise<ServerProcess> {
  const running = start(command, cwd, environment);
  const banner = await running.line(/listening on (\S+)/).catch(() => {
    throw new Error(`the server did not start: ${running.errors()}`);
  });
  return { ...running, url: banner.replace(/.*listening on /, "") };
}

/** Two ports of the loopback address that nobody has now, below those that a kernel gives to whoever asks for any: they are free a while later too. */
export function freePorts(): { readonly BACKEND_PORT: string; readonly SURFACE_WS_PORT: string } {
  return { BACKEND_PORT: String(freePort()), SURFACE_WS_PORT: String(freePort()) };
}

function freePort(): number {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 22_000);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Taken: another one.
    }
  }
}

export function start(command: readonly string[], cwd: string, environment: { readonly [name: string]: string } = {}): Running {
  const child = Bun.spawn([...command], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: cwd, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let errors = "";
  const complaints = new Lines();
  void collect(child.stderr, (text) => {
    errors += text;
    complaints.add(text);
  }).then(() => complaints.end());
  const lines = new Lines();
  void collect(child.stdout, (text) => lines.add(text)).then(() => lines.end());
  return {
    pid: child.pid,
    exited: child.exited,
    errors: () => errors,
    line: (pattern) => lines.next(pattern),
    complaint: (pattern) => complaints.next(pattern),
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
