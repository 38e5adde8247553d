import type { Readable, Writable } from "node:stream";
import { type Clock, Fault } from "@dispatch/kernel";
import { answeredNo, broken, stopped, tooSlow } from "./faults.ts";
import { boundedReader } from "./message-reader.ts";
import { boundedWriter } from "./message-writer.ts";

/** JSON-RPC with one server. Whatever the server does, a request ends in its time. */
export interface Connection extends Disposable {
  /** Faults: `lsp/too-slow`, `lsp/broken` (unavailable), `lsp/answered-no` (invalid), `lsp/stopped` (cancelled). */
  request(method: string, params: unknown, bounds: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<unknown>;
  /** Never throws: a server that cannot be told is broken, and that is told by `broken`. */
  notify(method: string, params: unknown): void;
  onNotification(method: string, handler: (params: unknown) => void): void;
  onRequest(method: string, handler: (params: unknown) => unknown): void;
  /** Resolves with why nothing can be asked any more. */
  readonly broken: Promise<string>;
}

/** Of the protocol: the file changed while the server thought, or it had something else to do. Worth asking again. */
const retryCodes = [-32801, -32802];
const retriesMax = 3;

/** Named for messages. The library is loaded with the first server, because most conversations need none. */
export async function connect(name: string, output: Readable, input: Writable, clock: Clock): Promise<Connection> {
  const rpc = await import("vscode-jsonrpc/node");
  const emitter = <T>() => new rpc.Emitter<T>();
  const connection = rpc.createMessageConnection(boundedReader(output, clock, emitter), boundedWriter(input, emitter));
  const end = Promise.withResolvers<string>();
  const waiting = new Set<(thrown: Fault) => void>();
  let whyBroken: string | undefined;
  const breakWith = (why: string) => {
    whyBroken ??= why;
    end.resolve(whyBroken);
    for (const reject of waiting) reject(broken(name, whyBroken));
  };
  connection.onError(([error]) => breakWith(Fault.is(error) ? withoutName(error) : `cannot be reached any more: ${error.message}`));
  connection.onClose(() => breakWith("has closed its output"));
  connection.listen();

  // A closed connection throws at whoever uses it; why it is closed is told by `broken`.
  const quietly = (act: () => unknown) => {
    try {
      Promise.resolve(act()).catch(() => {});
    } catch {
      // Told already.
    }
  };
  const once = async (method: string, params: unknown, timeoutMs: number, signal: AbortSignal): Promise<unknown> => {
    if (signal.aborted) throw stopped();
    const cancel = new rpc.CancellationTokenSource();
    const wait = new AbortController();
    const cut = Promise.withResolvers<never>();
    const stop = () => cut.reject(stopped());
    signal.addEventListener("abort", stop, { once: true });
    waiting.add(cut.reject);
    if (whyBroken !== undefined) cut.reject(broken(name, whyBroken));
    const answer = Promise.withResolvers<unknown>();
    // The library makes a list of absent parameters, which some servers refuse.
    const send = () =>
      params === undefined ? connection.sendRequest(method, cancel.token) : connection.sendRequest(method, params, cancel.token);
    quietly(() => send().then(answer.resolve, answer.reject));
    try {
      return await Promise.race([
        answer.promise,
        cut.promise,
        clock.sleep(timeoutMs, wait.signal).then(() => Promise.reject(tooSlow(name, method, timeoutMs))),
      ]);
    } catch (thrown) {
      if (whyBroken === undefined) quietly(() => cancel.cancel());
      throw thrown;
    } finally {
      wait.abort();
      waiting.delete(cut.reject);
      signal.removeEventListener("abort", stop);
      cancel.dispose();
    }
  };

  return {
    broken: end.promise,
    async request(method, params, { timeoutMs, signal }) {
      for (let retries = 0; ; retries++) {
        try {
          return await once(method, params, timeoutMs, signal);
        } catch (thrown) {
          if (Fault.is(thrown)) throw thrown;
          const { code, message } = thrown as { readonly code?: unknown; readonly message?: unknown };
          const again = retries < retriesMax && retryCodes.some((each) => each === code);
          if (!again) throw answeredNo(name, String(message).slice(0, 500));
        }
      }
    },
    notify(method, params) {
      quietly(() => (params === undefined ? connection.sendNotification(method) : connection.sendNotification(method, params)));
    },
    onNotification: (method, handler) => void connection.onNotification(method, handler),
    onRequest: (method, handler) => void connection.onRequest(method, handler),
    [Symbol.dispose]: () => connection.dispose(),
  };
}

/** Said of a server whose name stands before it. */
const withoutName = ({ message }: Fault): string => message.replace(/^A language server /, "").replace(/\. It is ended.*$/, "");
