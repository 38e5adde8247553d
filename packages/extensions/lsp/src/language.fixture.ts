import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Clock, type Json, resultText, type ToolResult, validate } from "@dispatch/kernel";
import { RecordingLog, toolCall } from "@dispatch/testkit";
import { type Desk, openDesk } from "@dispatch/workspace-local/fixture";
import { onTestFinished } from "vitest";
import { EditedFiles } from "./edited-files.ts";
import { FolderServers } from "./folder-servers.ts";
import { LanguageServices } from "./language-services.ts";
import { lspTool } from "./lsp-tool.ts";
import { localPrograms } from "./programs.ts";
import { type PoolBounds, poolBounds, Servers } from "./servers.ts";
import { type ServerStatus, statusOf } from "./status.ts";

/** For tests in which real processes take real time. No test waits by it. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => {}),
};

/** Real time, of which a test can skip a piece: whoever would have woken within it wakes at once. */
export class SkippingClock implements Clock {
  readonly #sleepers = new Set<{ readonly wakeAt: number; wake(): void }>();
  #skippedMs = 0;

  now(): number {
    return Date.now() + this.#skippedMs;
  }

  monotonic(): number {
    return performance.now() + this.#skippedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const wake = new AbortController();
    const sleeper = { wakeAt: this.monotonic() + ms, wake: () => wake.abort() };
    this.#sleepers.add(sleeper);
    await realClock.sleep(ms, signal === undefined ? wake.signal : AbortSignal.any([signal, wake.signal]));
    this.#sleepers.delete(sleeper);
  }

  skip(ms: number): void {
    this.#skippedMs += ms;
    for (const sleeper of this.#sleepers) if (sleeper.wakeAt <= this.monotonic()) sleeper.wake();
  }
}

/** Where `tsc` of TypeScript 7 and `pyright-langserver` are. */
export const installed = resolve(import.meta.dirname, "../node_modules/.bin");
export const fakeServer = resolve(import.meta.dirname, "fake-server.fixture.ts");

export interface LanguageDesk extends Desk {
  readonly servers: Servers;
  readonly folders: FolderServers;
  readonly services: LanguageServices;
  readonly edited: EditedFiles;
  readonly log: RecordingLog;
  /** Calls the tool as a turn does, its input checked first. */
  ask(input: Json, signal?: AbortSignal): Promise<{ readonly text: string; readonly refused: boolean; readonly result: ToolResult }>;
  status(): Promise<readonly ServerStatus[]>;
}

export interface LanguageDeskOptions {
  readonly clock?: Clock;
  readonly trusted?: boolean;
  /** Of programs. */
  readonly path?: string;
  readonly bounds?: Partial<PoolBounds>;
  readonly environment?: { readonly [name: string]: string };
}

/** The whole extension without a host, on a real folder. Every server has ended when the test has. */
export async function openLanguageDesk(
  files: { readonly [path: string]: string },
  { clock = realClock, trusted = false, path = `${installed}:/usr/bin:/bin`, bounds = {}, environment = {} }: LanguageDeskOptions = {},
): Promise<LanguageDesk> {
  const desk = await openDesk(files);
  const log = new RecordingLog();
  const programs = localPrograms(path, clock);
  const folders = new FolderServers({ programs, environment: { ...process.env, ...environment }, trusts: async () => trusted });
  const servers = new Servers(clock, log, { ...poolBounds, ...bounds });
  onTestFinished(() => servers[Symbol.asyncDispose]());
  const services = new LanguageServices(folders, servers, clock);
  const tool = lspTool(services);
  return {
    ...desk,
    log,
    folders,
    servers,
    services,
    edited: new EditedFiles(services, clock, log),
    async ask(input, signal = new AbortController().signal) {
      const checked = await validate(tool.input, input);
      if (!checked.ok) throw new Error(checked.problems.join("; "));
      const result = await tool.run(checked.value, toolCall(desk.workspace, signal));
      return { text: resultText(result), refused: result.refused === true, result };
    },
    status: () => statusOf(desk.root, folders, servers),
  };
}

/** A project whose `.txt` files are the fake server's, which does as its words say. */
export const fakeProject = (...words: readonly string[]): { readonly [path: string]: string } => ({
  "a.txt": "one\ntwo bad three\n",
  ".dispatch/lsp.json": JSON.stringify({ servers: { fake: { command: [process.execPath, fakeServer, ...words], extensions: [".txt"] } } }),
});

/** The processes that work in a folder or below it, by pid. */
export async function processesIn(folder: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [environ, stat] = await Promise.all([read(`/proc/${pid}/environ`), read(`/proc/${pid}/stat`)]);
      const isThere = environ.split("\0").includes(`PWD=${folder}`) || environ.includes(`PWD=${folder}/`);
      return isThere && stat !== "" && !/\) [ZXx] /.test(stat) ? [pid] : [];
    }),
  );
  return found.flat();
}

const read = (path: string): Promise<string> => readFile(path, "latin1").catch(() => "");

export const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
