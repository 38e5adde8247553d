import { relative, resolve } from "node:path";
import type { Clock } from "@dispatch/kernel";
import type { Diagnostic } from "vscode-languageserver-types";
import type { FolderServers, Located } from "./folder-servers.ts";
import { liesIn } from "./folders.ts";
import type { LanguageServer, Offers } from "./language-server.ts";
import type { OpenFile } from "./open-files.ts";
import type { SourceFile } from "./read-source.ts";
import type { Servers } from "./servers.ts";
import { readText } from "./text-files.ts";

/** What one server says of one file. */
export interface Finding {
  readonly server: string;
  readonly path: string;
  /** Absent: it said nothing in time. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** What a server may take to say something by itself of a file. */
const pushWaitMs = 10_000;

/** Puts questions to the servers that can answer them. Folders are those of conversations, as real paths. */
export class LanguageServices {
  readonly #folders: FolderServers;
  readonly #servers: Servers;
  readonly #clock: Clock;

  constructor(folders: FolderServers, servers: Servers, clock: Clock) {
    this.#folders = folders;
    this.#servers = servers;
    this.#clock = clock;
  }

  /**
   * Asks the first server that takes care of the file and offers what is asked for. `why`: there is none.
   * Faults: those of `Servers.with` and of `use`.
   */
  async ask<T>(
    folder: string,
    file: SourceFile,
    offer: keyof Offers,
    signal: AbortSignal,
    use: (server: LanguageServer, file: OpenFile) => Promise<T>,
  ): Promise<{ readonly answer: T } | { readonly why: string }> {
    const located = await this.#folders.forFile(folder, file.path);
    for (const { order } of located) {
      if (order === undefined) continue;
      const asked = await this.#servers.with(order, signal, async (server) =>
        server.can(offer) ? { answer: await use(server, await show(server, file)) } : undefined,
      );
      if (asked !== undefined) return asked;
    }
    return { why: whyNone(located, relative(folder, file.path)) };
  }

  /** Asks every server of the folder that offers it. Faults: those of `Servers.with` and of `use`, when nobody answers. */
  async askAll<T>(
    folder: string,
    offer: keyof Offers,
    signal: AbortSignal,
    use: (server: LanguageServer) => Promise<T>,
  ): Promise<readonly T[]> {
    const orders = (await this.#folders.forFolder(folder)).flatMap(({ order }) => order ?? []);
    const answers = await gatherSome(orders, (order) =>
      this.#servers.with(order, signal, async (server) => {
        if (!server.can(offer)) return [];
        await bringUpToDate(server);
        return [await use(server)];
      }),
    );
    return answers.flat();
  }

  /** What every server that takes care of the file says of it. Empty: there is none. Faults: those of `Servers.with`, when no server could be asked. */
  async check(folder: string, file: SourceFile, signal: AbortSignal): Promise<readonly Finding[]> {
    const orders = (await this.#folders.forFile(folder, file.path)).flatMap(({ order }) => order ?? []);
    return gatherSome(orders, (order) =>
      this.#servers.with(order, signal, async (server) => this.#find(server, await show(server, file), signal)),
    );
  }

  /** What the servers that run say of the folder's files that they have open. */
  async checkOpen(folder: string, signal: AbortSignal): Promise<readonly Finding[]> {
    const running = (await this.#servers.connected()).filter(({ order }) => liesIn(order.root, folder));
    const findings = await gatherSome(running, ({ order }) =>
      this.#servers.with(order, signal, async (server) => {
        await bringUpToDate(server);
        const files = server.open().filter(({ path }) => liesIn(path, folder));
        return Promise.all(files.map((file) => this.#find(server, file, signal)));
      }),
    );
    return findings.flat();
  }

  /** Why `check` asked nobody, for people. */
  async whyNobody(folder: string, { path }: SourceFile): Promise<string> {
    return whyNone(await this.#folders.forFile(folder, path), relative(folder, path));
  }

  /** Whether anybody wants to know that a file has changed. It is not looked into. */
  async concerns(folder: string, path: string): Promise<boolean> {
    if (this.#servers.orders().length > 0) return true;
    return (await this.#folders.forFile(folder, resolve(folder, path))).some(({ order }) => order !== undefined);
  }

  /** Tells every server that runs for a root around the file. */
  async tellChanged(path: string, kind: "created" | "changed"): Promise<void> {
    for (const { order, server } of await this.#servers.connected()) {
      if (liesIn(path, order.root)) server.tellChanged([{ path, kind }]);
    }
  }

  async #find(server: LanguageServer, file: OpenFile, signal: AbortSignal): Promise<Finding> {
    const wait = new AbortController();
    void this.#clock.sleep(pushWaitMs, wait.signal).then(() => wait.abort());
    const diagnostics = await server.diagnostics(file, AbortSignal.any([signal, wait.signal])).finally(() => wait.abort());
    return { server: server.name, path: file.path, ...(diagnostics !== undefined && { diagnostics }) };
  }
}

async function show(server: LanguageServer, { path, text }: SourceFile): Promise<OpenFile> {
  await bringUpToDate(server);
  return server.show(path, text);
}

/** A server knows the files that it has open only as it was told of them, and others write them too. */
async function bringUpToDate(server: LanguageServer): Promise<void> {
  for (const { path, text } of server.open()) {
    const now = await readText(path);
    if (now === undefined) server.tellChanged([{ path, kind: "deleted" }]);
    else if (now !== text) {
      server.show(path, now);
      server.tellChanged([{ path, kind: "changed" }]);
    }
  }
}

function whyNone(located: readonly Located[], path: string): string {
  const reasons = located.map(({ entry, start }) =>
    start.kind === "ready" ? `${entry.name} does not offer this.` : `${entry.name}: ${start.why}`,
  );
  if (reasons.length === 0) return `No language server takes care of ${path}.`;
  return `No language server can be asked about ${path}. ${reasons.join(" ")}`;
}

/** One server that fails does not silence the others. Throws the first failure when nobody answers. */
async function gatherSome<I, T>(items: readonly I[], ask: (item: I) => Promise<T>): Promise<readonly T[]> {
  const settled = await Promise.allSettled(items.map(ask));
  const answers = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = settled.find((each) => each.status === "rejected");
  if (answers.length === 0 && failed !== undefined) throw failed.reason;
  return answers;
}
