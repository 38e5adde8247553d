import { relative } from "node:path";
import type { Clock, Workspace } from "@dispatch/kernel";
import type { Diagnostic } from "vscode-languageserver-types";
import type { FolderServers, Located } from "./folder-servers.ts";
import { liesIn } from "./folders.ts";
import type { LanguageServer, Offers } from "./language-server.ts";
import type { OpenFile } from "./open-files.ts";
import type { Servers } from "./servers.ts";
import { readText, textBytesMax, textOf } from "./text-files.ts";

/** A file as a server is told of it. */
export interface ShownFile {
  /** Absolute real path. */
  readonly path: string;
  readonly text: string;
}

/** What one server says of one file. */
export interface Finding {
  readonly server: string;
  readonly path: string;
  /** Absent: it said nothing in time. */
  readonly diagnostics?: readonly Diagnostic[];
}

export interface LanguageServices {
  /** The text of a file of the workspace; a sentence where it is none that a server could read. Faults: the workspace's. */
  read(workspace: Workspace, path: string): Promise<ShownFile | { readonly why: string }>;
  /**
   * Asks the first server that takes care of the file and offers what is asked for. `why`: there is none.
   * Faults: those of `Servers.with` and of `use`.
   */
  ask<T>(
    folder: string,
    file: ShownFile,
    offer: keyof Offers,
    signal: AbortSignal,
    use: Use<T>,
  ): Promise<{ readonly answer: T } | { readonly why: string }>;
  /** What every server that takes care of the file says of it. Empty: there is none. Faults: those of `Servers.with`, when no server could be asked. */
  check(folder: string, file: ShownFile, signal: AbortSignal): Promise<readonly Finding[]>;
  /** Why `check` asked nobody, for people. */
  whyNobody(folder: string, file: ShownFile): Promise<string>;
  /** What the servers that run say of the folder's files that they have open. */
  checkOpen(folder: string, signal: AbortSignal): Promise<readonly Finding[]>;
  /** Asks every server of the folder that offers it. Faults: as those of `check`. */
  askAll<T>(folder: string, offer: keyof Offers, signal: AbortSignal, use: (server: LanguageServer) => Promise<T>): Promise<readonly T[]>;
  /** Tells every server that runs for a root around the file. */
  tellChanged(path: string, kind: "created" | "changed"): Promise<void>;
}

type Use<T> = (server: LanguageServer, file: OpenFile) => Promise<T>;

/** What a server may take to say something by itself of a file. */
const pushWaitMs = 10_000;

export function languageServices(folders: FolderServers, servers: Servers, clock: Clock): LanguageServices {
  const show = async (server: LanguageServer, { path, text }: ShownFile): Promise<OpenFile> => {
    await bringUpToDate(server);
    return server.show(path, text);
  };
  const findingOf = async (server: LanguageServer, file: OpenFile, signal: AbortSignal): Promise<Finding> => {
    const wait = new AbortController();
    void clock.sleep(pushWaitMs, wait.signal).then(() => wait.abort());
    const diagnostics = await server.diagnostics(file, AbortSignal.any([signal, wait.signal])).finally(() => wait.abort());
    return { server: server.name, path: file.path, ...(diagnostics !== undefined && { diagnostics }) };
  };
  const whyNone = (located: readonly Located[], path: string): string => {
    const reasons = located.map(({ entry, start }) =>
      start.kind === "ready" ? `${entry.name} does not offer this` : `${entry.name}: ${start.why}`,
    );
    return reasons.length === 0
      ? `No language server takes care of ${path}.`
      : `No language server can be asked about ${path}. ${reasons.join(" ")}`;
  };
  return {
    async read(workspace, path) {
      const { path: real, kind, sizeBytes } = await workspace.stat(path);
      const shown = workspace.display(real);
      if (kind !== "file") return { why: `${shown} is not a file. Name a source file.` };
      if (sizeBytes > textBytesMax) return { why: `${shown} is larger than the ${textBytesMax} bytes that a language server is shown.` };
      const text = textOf(await workspace.read(path));
      return text === undefined ? { why: `${shown} is not UTF-8 text.` } : { path: real, text };
    },
    async ask(folder, file, offer, signal, use) {
      const located = await folders.forFile(folder, file.path);
      for (const { order } of located) {
        if (order === undefined) continue;
        const asked = await servers.with(order, signal, async (server) =>
          server.can(offer) ? { answer: await use(server, await show(server, file)) } : undefined,
        );
        if (asked !== undefined) return asked;
      }
      return { why: whyNone(located, relative(folder, file.path)) };
    },
    async check(folder, file, signal) {
      const orders = (await folders.forFile(folder, file.path)).flatMap(({ order }) => order ?? []);
      return gatherSome(orders, (order) =>
        servers.with(order, signal, async (server) => findingOf(server, await show(server, file), signal)),
      );
    },
    whyNobody: async (folder, { path }) => whyNone(await folders.forFile(folder, path), relative(folder, path)),
    async checkOpen(folder, signal) {
      const running = (await servers.connected()).filter(({ order }) => liesIn(order.root, folder));
      const findings = await gatherSome(running, ({ order }) =>
        servers.with(order, signal, async (server) => {
          await bringUpToDate(server);
          const files = server.open().filter(({ path }) => liesIn(path, folder));
          return Promise.all(files.map((file) => findingOf(server, file, signal)));
        }),
      );
      return findings.flat();
    },
    async askAll(folder, offer, signal, use) {
      const orders = (await folders.forFolder(folder, signal)).flatMap(({ order }) => order ?? []);
      const answers = await gatherSome(orders, (order) =>
        servers.with(order, signal, async (server) => {
          if (!server.can(offer)) return [];
          await bringUpToDate(server);
          return [await use(server)];
        }),
      );
      return answers.flat();
    },
    async tellChanged(path, kind) {
      for (const { order, server } of await servers.connected()) {
        if (path.startsWith(`${order.root}/`)) server.tellChanged([{ path, kind }]);
      }
    },
  };
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

/** One server that fails does not silence the others. Throws the first failure when nobody answers. */
async function gatherSome<I, T>(items: readonly I[], ask: (item: I) => Promise<T>): Promise<readonly T[]> {
  const settled = await Promise.allSettled(items.map(ask));
  const answers = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failed = settled.find((each) => each.status === "rejected");
  if (answers.length === 0 && failed !== undefined) throw failed.reason;
  return answers;
}
