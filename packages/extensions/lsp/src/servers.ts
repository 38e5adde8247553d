import { type Clock, Fault, type Log } from "@dispatch/kernel";
import { resting, stopped, tooMany } from "./faults.ts";
import { liesIn } from "./folders.ts";
import type { LanguageServer, ServerOrder } from "./language-server.ts";
import { type ServerBounds, serverBounds } from "./server-bounds.ts";

/** A server of one kind for one root. Orders with the same key are for the same one. */
export interface KeyedOrder extends ServerOrder {
  readonly key: string;
  /** Of its entry. */
  readonly id: string;
}

export type ServerState =
  | { readonly state: "starting" | "connected" | "not-started" }
  | { readonly state: "error"; readonly error: string };

export interface PoolBounds extends ServerBounds {
  readonly serversMax: number;
  /** A server that nobody has asked for so long ends. */
  readonly idleMs: number;
  /** Starts after failures, then it rests for `restMs`. */
  readonly restartsMax: number;
  readonly restMs: number;
}
export const poolBounds: PoolBounds = { ...serverBounds, serversMax: 8, idleMs: 10 * 60_000, restartsMax: 5, restMs: 10 * 60_000 };
const firstBackOffMs = 1_000;
/** A server that ran so long before it broke is not one that cannot start. */
const steadyMs = 5 * 60_000;
const failuresKeptMax = 200;

interface Running {
  readonly order: KeyedOrder;
  readonly server: Promise<LanguageServer>;
  readonly cancel: AbortController;
  connected: boolean;
  usedAt: number;
  /** Calls that use it at this moment. */
  users: number;
}
interface Failure {
  readonly why: string;
  readonly count: number;
  readonly mayStartAt: number;
}

/** The servers that run: each starts when it is first needed, rests after failures, and ends when nobody needs it. */
export class Servers implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #bounds: PoolBounds;
  readonly #running = new Map<string, Running>();
  readonly #failures = new Map<string, Failure>();
  readonly #ending = new Set<Promise<unknown>>();
  readonly #leaving = new AbortController();

  constructor(clock: Clock, log: Log, bounds: PoolBounds = poolBounds) {
    this.#clock = clock;
    this.#log = log;
    this.#bounds = bounds;
  }

  /**
   * Lets `use` have the server, started if need be; it is not ended for another meanwhile. The signal ends the caller's wait, not the start, which
   * others may wait for too. Faults: `lsp/resting`, `lsp/too-many`, those of `LanguageServer.start`, and whatever `use` throws.
   */
  async with<T>(order: KeyedOrder, signal: AbortSignal, use: (server: LanguageServer) => Promise<T>): Promise<T> {
    const running = this.#running.get(order.key) ?? (await this.#begin(order));
    running.users += 1;
    running.usedAt = this.#clock.monotonic();
    try {
      return await use(await unlessAborted(running.server, signal));
    } finally {
      running.users -= 1;
      running.usedAt = this.#clock.monotonic();
    }
  }

  /** What is known of it now, without starting it. */
  state(key: string): ServerState {
    const running = this.#running.get(key);
    if (running !== undefined) return { state: running.connected ? "connected" : "starting" };
    const failure = this.#failures.get(key);
    return failure === undefined ? { state: "not-started" } : { state: "error", error: failure.why };
  }

  /** Those that run and are ready. */
  async connected(): Promise<readonly { readonly order: KeyedOrder; readonly server: LanguageServer }[]> {
    const ready = [...this.#running.values()].filter(({ connected }) => connected);
    return Promise.all(ready.map(async ({ order, server }) => ({ order, server: await server })));
  }

  orders(): readonly KeyedOrder[] {
    return [...this.#running.values()].map(({ order }) => order);
  }

  /** What runs there, and may not run any more, ends; what may is started again when it is needed. */
  endIn(folder: string): void {
    for (const running of [...this.#running.values()]) if (liesIn(running.order.root, folder)) this.#end(running);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    for (const running of [...this.#running.values()]) this.#end(running);
    while (this.#ending.size > 0) await Promise.allSettled(this.#ending);
  }

  async #begin(order: KeyedOrder): Promise<Running> {
    if (this.#leaving.signal.aborted) throw stopped();
    const failure = this.#failures.get(order.key);
    const restMs = (failure?.mayStartAt ?? 0) - this.#clock.monotonic();
    if (failure !== undefined && restMs > 0) throw resting(order.name, failure.why, restMs);
    if (this.#running.size >= this.#bounds.serversMax) this.#endIdlest();
    const cancel = new AbortController();
    const server = import("./language-server.ts").then((loaded) =>
      loaded.LanguageServer.start(order, this.#clock, cancel.signal, this.#bounds),
    );
    const running: Running = { order, server, cancel, connected: false, usedAt: this.#clock.monotonic(), users: 0 };
    this.#running.set(order.key, running);
    this.#await(this.#follow(running));
    return running;
  }

  /** From its start to its end, whichever way it ends. */
  async #follow(running: Running): Promise<void> {
    const { order, cancel } = running;
    const startedAt = this.#clock.monotonic();
    try {
      const server = await running.server;
      running.connected = true;
      this.#log.info("server-connected", { server: order.name, root: order.root });
      void this.#endWhenIdle(running);
      const why = await server.broken;
      if (!cancel.signal.aborted) this.#failed(order, why, startedAt);
    } catch (thrown) {
      const why = Fault.is(thrown) ? String(thrown.message) : String(thrown);
      if (!cancel.signal.aborted) this.#failed(order, why.replace(`The language server ${order.name} `, ""), startedAt);
    } finally {
      cancel.abort();
      if (this.#running.get(order.key) === running) this.#running.delete(order.key);
    }
  }

  #failed({ key, name, root }: KeyedOrder, said: string, startedAt: number): void {
    const now = this.#clock.monotonic();
    const before = now - startedAt > steadyMs ? 0 : (this.#failures.get(key)?.count ?? 0);
    const count = before + 1;
    const { restartsMax, restMs } = this.#bounds;
    const pauseMs = count > restartsMax ? restMs : firstBackOffMs * 2 ** before;
    const why = said.replace(/\. (Go on without it|Try again).*$/s, "");
    this.#failures.delete(key);
    // After its rest it gets every attempt anew.
    this.#failures.set(key, { why, count: count > restartsMax ? 0 : count, mayStartAt: now + pauseMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > failuresKeptMax && oldest !== undefined) this.#failures.delete(oldest);
    this.#log.warn("server-broke", { server: name, root, why, count });
  }

  async #endWhenIdle(running: Running): Promise<void> {
    const { idleMs } = this.#bounds;
    for (let leftMs = idleMs; leftMs > 0 || running.users > 0; leftMs = running.usedAt + idleMs - this.#clock.monotonic()) {
      await this.#clock.sleep(leftMs > 0 ? leftMs : idleMs, running.cancel.signal);
      if (running.cancel.signal.aborted) return;
    }
    this.#end(running);
  }

  #endIdlest(): void {
    const idle = [...this.#running.values()].filter(({ users, connected }) => users === 0 && connected);
    const [longest] = idle.sort((a, b) => a.usedAt - b.usedAt);
    if (longest === undefined) throw tooMany(this.#bounds.serversMax);
    this.#end(longest);
  }

  /** From now on it is nobody's; it ends by itself. */
  #end(running: Running): void {
    this.#running.delete(running.order.key);
    running.cancel.abort();
    this.#await(
      running.server.then(
        (server) => server.stop(),
        () => {},
      ),
    );
  }

  /** What must have ended before the server's process may. */
  #await(ending: Promise<void>): void {
    const settled = ending.catch((thrown: unknown) => this.#log.warn("server-end-failed", { why: String(thrown) }));
    this.#ending.add(settled);
    void settled.then(() => this.#ending.delete(settled));
  }
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const cut = Promise.withResolvers<never>();
  const stop = () => cut.reject(stopped());
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([promise, cut.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
