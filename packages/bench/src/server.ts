import { join } from "node:path";
import type { Subprocess } from "bun";
import { childEnv, keep, kill, repositoryRoot } from "./children.ts";

/** Our server, started as a person starts it, with everything on and its data in a folder of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** From the spawn to the first healthy answer. */
  readonly startMs: number;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface ServerOptions {
  /** What starts it, without arguments of its own. */
  readonly command: readonly string[];
  readonly modelUrl: string;
  /** Holds the database and the journal; a second start on it finds what the first has stored. */
  readonly folder: string;
}

export const databaseIn = (folder: string): string => join(folder, "dispatch.db");

const startMsMax = 20_000;
const pollMs = 1;

/** From its sources, by the pinned Bun. */
export const fromSource = (entry: string): readonly string[] => ["sh", join(repositoryRoot, "bin/bun"), entry];

/** As an installation has it: one executable. Compiles it into that folder. */
export async function compiled(folder: string): Promise<readonly string[]> {
  const executable = join(folder, "dispatch-server");
  const child = keep(Bun.spawn(["sh", join(repositoryRoot, "bin/compile"), executable], { stdio: ["ignore", "ignore", "pipe"] }));
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`bin/compile failed: ${said.slice(-2_000)}`);
  return [executable];
}

export async function startServer({ command, modelUrl, folder }: ServerOptions): Promise<Server> {
  const [httpPort, socketPort] = [freePort(), freePort()];
  const log = Bun.file(join(folder, "server.log"));
  const url = `http://127.0.0.1:${httpPort}`;
  const startNanos = Bun.nanoseconds();
  const child = keep(
    Bun.spawn([...command], {
      cwd: folder,
      stdio: ["ignore", log, log],
      env: childEnv({
        BACKEND_PORT: String(httpPort),
        SURFACE_WS_PORT: String(socketPort),
        DISPATCH_BASE_URL: modelUrl,
        DISPATCH_API_KEY: "bench",
        DISPATCH_DB: databaseIn(folder),
        DISPATCH_TRACE_DB: join(folder, "traces.db"),
        DISPATCH_JOURNAL: join(folder, "journal", "app.ndjson"),
      }),
    }),
  );
  await healthy(url, child, async () => (await log.text()).slice(-2_000));
  const startMs = (Bun.nanoseconds() - startNanos) / 1e6;
  return { url, pid: child.pid, startMs, kill: () => kill(child) };
}

async function healthy(url: string, child: Subprocess, lastWords: () => Promise<string>): Promise<void> {
  const giveUpAt = performance.now() + startMsMax;
  while (performance.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${await lastWords()}`);
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok) return;
    await Bun.sleep(pollMs);
  }
  throw new Error(`the server did not answer ${url}/health within ${startMsMax} ms: ${await lastWords()}`);
}

function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}
