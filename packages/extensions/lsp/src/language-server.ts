import { basename } from "node:path";
import { type Clock, Fault, type Json } from "@dispatch/kernel";
import type { Diagnostic } from "vscode-languageserver-types";
import { capabilities } from "./client-capabilities.ts";
import { type Connection, connect } from "./connection.ts";
import { mergeDiagnostics, PushedDiagnostics, pulledDiagnostics } from "./diagnostics.ts";
import { broken } from "./faults.ts";
import { type OpenFile, OpenFiles } from "./open-files.ts";
import { type Command, type ServerProcess, startServer } from "./process.ts";
import { type ServerBounds, serverBounds } from "./server-bounds.ts";
import { uriOf } from "./uris.ts";

export interface ServerOrder {
  /** For people. */
  readonly name: string;
  /** Absolute real path. */
  readonly root: string;
  readonly command: Command;
  readonly initialization?: Json;
}

const lookEveryMs = 2_000;
/** Requests in a row without an answer in time, after which a server counts as hung. */
const silencesMax = 3;
/** Some servers tell of syntax first and of types right after. */
const pushQuietMs = 150;
/** How long the reason of a broken pipe may take to be known. */
const reasonMs = 200;

/** One running server and all that is open in it. It ends by `stop`, or breaks: `broken` says why, and nothing of it is left then. */
export class LanguageServer {
  readonly root: string;
  readonly name: string;
  readonly broken: Promise<string>;
  readonly #process: ServerProcess;
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #bounds: ServerBounds;
  readonly #pushed = new PushedDiagnostics();
  readonly #end = new AbortController();
  readonly #failure = Promise.withResolvers<string>();
  #files: OpenFiles;
  #offers: Offers = {};
  #silences = 0;

  private constructor(order: ServerOrder, process: ServerProcess, connection: Connection, clock: Clock, bounds: ServerBounds) {
    this.root = order.root;
    this.name = order.name;
    this.#process = process;
    this.#connection = connection;
    this.#clock = clock;
    this.#bounds = bounds;
    this.#files = new OpenFiles(connection, { change: 1, save: false });
    this.broken = this.#watchOver();
  }

  /** Faults: `lsp/broken`, `lsp/too-slow` (unavailable), `lsp/stopped` (cancelled). Nothing is left of a server that did not start. */
  static async start(order: ServerOrder, clock: Clock, signal: AbortSignal, bounds: ServerBounds = serverBounds): Promise<LanguageServer> {
    const process = startProcess(order, clock);
    const connection = await connect(order.name, process.output, process.input, clock).catch(async (thrown: unknown) => {
      await process.kill();
      throw thrown;
    });
    const server = new LanguageServer(order, process, connection, clock, bounds);
    try {
      await server.#initialize(order, signal);
      return server;
    } catch (thrown) {
      server.#failure.resolve(Fault.is(thrown) && thrown.code === "lsp/too-slow" ? "did not start in time" : "refused to start");
      const why = await server.broken;
      throw Fault.is(thrown) && thrown.code !== "lsp/answered-no" ? thrown : broken(order.name, why);
    }
  }

  can(ability: keyof Offers): boolean {
    return this.#offers[ability] !== undefined && this.#offers[ability] !== false;
  }

  /** Faults: those of `Connection.request`. */
  async request(method: string, params: unknown, signal: AbortSignal, timeoutMs: number = this.#bounds.requestMs): Promise<unknown> {
    try {
      const answer = await this.#connection.request(method, params, { timeoutMs, signal });
      this.#silences = 0;
      return answer;
    } catch (thrown) {
      if (Fault.is(thrown) && thrown.code === "lsp/broken") throw broken(this.name, await this.broken);
      if (Fault.is(thrown) && thrown.code === "lsp/too-slow") this.#silences += 1;
      if (this.#silences >= silencesMax) this.#failure.resolve("does not answer any more");
      throw thrown;
    }
  }

  /** The file as the server shall know it from now on. */
  show(path: string, text: string): OpenFile {
    const { file, changed } = this.#files.show(path, text);
    if (changed) this.#pushed.forget(file.uri);
    return file;
  }

  /** Files that changed on the disk, also ones that are not open. */
  tellChanged(changes: readonly { readonly path: string; readonly kind: "created" | "changed" | "deleted" }[]): void {
    const kinds = { created: 1, changed: 2, deleted: 3 };
    for (const { path, kind } of changes) if (kind === "deleted") this.#files.close(path);
    this.#connection.notify("workspace/didChangeWatchedFiles", {
      changes: changes.map(({ path, kind }) => ({ uri: uriOf(path), type: kinds[kind] })),
    });
  }

  open(): readonly OpenFile[] {
    return this.#files.all();
  }

  /**
   * What is wrong with the file: asked for where the server answers that, together with what it tells by itself. `undefined`: it said
   * nothing until the signal aborted. Faults: those of `request`.
   */
  async diagnostics({ uri, version }: OpenFile, signal: AbortSignal): Promise<readonly Diagnostic[] | undefined> {
    if (this.can("diagnosticProvider")) {
      const answer = await this.request("textDocument/diagnostic", { textDocument: { uri } }, signal);
      return mergeDiagnostics(pulledDiagnostics(answer), this.#pushed.of(uri, version) ?? []);
    }
    while (this.#pushed.of(uri, version) === undefined) {
      if (signal.aborted || this.#end.signal.aborted) return undefined;
      await this.#pushed.next(uri, AbortSignal.any([signal, this.#end.signal]));
    }
    await this.#clock.sleep(pushQuietMs, signal);
    return mergeDiagnostics(this.#pushed.of(uri, version) ?? []);
  }

  /** The whole handshake, as long as the server takes part in it; then whatever is left is killed. */
  async stop(): Promise<void> {
    const { shutdownMs } = this.#bounds;
    this.#end.abort();
    const bounds = { timeoutMs: shutdownMs, signal: new AbortController().signal };
    await this.#connection.request("shutdown", undefined, bounds).catch(() => {});
    this.#connection.notify("exit", undefined);
    const wait = new AbortController();
    await Promise.race([this.#process.ended, this.#clock.sleep(shutdownMs, wait.signal)]);
    wait.abort();
    this.#failure.resolve("was stopped");
    await this.broken;
  }

  async #initialize({ root, initialization }: ServerOrder, signal: AbortSignal): Promise<void> {
    this.#listen(root);
    const folder = { uri: uriOf(root), name: basename(root) };
    const params = {
      processId: process.pid,
      clientInfo: { name: "dispatch" },
      rootPath: root,
      rootUri: folder.uri,
      workspaceFolders: [folder],
      capabilities,
      ...(initialization !== undefined && { initializationOptions: initialization }),
    };
    const answer = await this.request("initialize", params, signal, this.#bounds.initializeMs);
    this.#offers = ((answer ?? {}) as { readonly capabilities?: Offers }).capabilities ?? {};
    this.#files = new OpenFiles(this.#connection, syncOptionsOf(this.#offers));
    this.#connection.notify("initialized", {});
  }

  /** What a server asks of an editor. We change nothing on its word. */
  #listen(root: string): void {
    const answers: { readonly [method: string]: (params: unknown) => unknown } = {
      "workspace/configuration": (params) => {
        const { items } = (params ?? {}) as { readonly items?: unknown };
        return Array.isArray(items) ? items.map(() => null) : [];
      },
      "workspace/workspaceFolders": () => [{ uri: uriOf(root), name: basename(root) }],
      "workspace/applyEdit": () => ({ applied: false, failureReason: "Dispatch shows edits and makes none." }),
      "client/registerCapability": () => null,
      "client/unregisterCapability": () => null,
      "window/workDoneProgress/create": () => null,
      "window/showMessageRequest": () => null,
      "window/showDocument": () => ({ success: false }),
      "workspace/diagnostic/refresh": () => null,
    };
    for (const [method, answer] of Object.entries(answers)) this.#connection.onRequest(method, answer);
    this.#connection.onNotification("textDocument/publishDiagnostics", (params) => this.#pushed.take(params));
  }

  /** Waits for what ends the server, then leaves nothing of it. */
  async #watchOver(): Promise<string> {
    void this.#watchMemory();
    const pipeBroke = this.#connection.broken.then(async (why) => {
      if (!why.startsWith("has closed")) return why;
      const reason = await Promise.race([this.#process.ended, this.#clock.sleep(reasonMs, this.#end.signal)]);
      return reason ?? why;
    });
    const why = await Promise.race([this.#failure.promise, this.#process.ended, pipeBroke]);
    this.#end.abort();
    await this.#process.kill();
    this.#connection[Symbol.dispose]();
    return why;
  }

  async #watchMemory(): Promise<void> {
    const { memoryBytesMax } = this.#bounds;
    while (!this.#end.signal.aborted) {
      await this.#clock.sleep(lookEveryMs, this.#end.signal);
      const bytes = this.#end.signal.aborted ? 0 : ((await this.#process.memory()) ?? 0);
      if (bytes > memoryBytesMax) this.#failure.resolve(`took more than ${Math.round(memoryBytesMax / 1024 ** 2)} MiB of memory`);
    }
  }
}

/** What the server's answer to `initialize` says that it can do, as far as we ask. */
export interface Offers {
  readonly textDocumentSync?: unknown;
  readonly diagnosticProvider?: unknown;
  readonly hoverProvider?: unknown;
  readonly definitionProvider?: unknown;
  readonly referencesProvider?: unknown;
  readonly documentSymbolProvider?: unknown;
  readonly workspaceSymbolProvider?: unknown;
  readonly renameProvider?: unknown;
}

function startProcess({ name, command }: ServerOrder, clock: Clock): ServerProcess {
  try {
    return startServer(command, clock);
  } catch (thrown) {
    throw broken(name, `could not be started: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function syncOptionsOf({ textDocumentSync: sync }: Offers): { readonly change: number; readonly save: boolean } {
  if (typeof sync === "number") return { change: sync, save: true };
  const { change, save } = (sync ?? {}) as { readonly change?: unknown; readonly save?: unknown };
  return { change: typeof change === "number" ? change : 1, save: save !== undefined && save !== false };
}
