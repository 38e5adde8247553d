import type { Clock, Log } from "@dispatch/kernel";

export type CollectorState = "off" | "running" | "restarting" | "given-up";

/** The collector's process, as far as its supervisor knows it. */
export interface CollectorChild {
  readonly pid: number;
  /** The exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** SIGTERM reaches it as soon as it can take it in order. */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

export interface CollectorPorts {
  readonly clock: Clock;
  readonly log: Log;
  start(): CollectorChild;
}

const firstPauseMs = 500;
const restartsMax = 5;
/** Who lived for so long is not failing, whatever came before. */
const steadyMs = 10_000;
/** For the collector to read what was written to the end. */
const drainMs = 5_000;
/** A server that has just started answers its first requests before anything else. */
const firstStartMs = 200;

/**
 * Keeps one collector running: restarts one that ends after 0.5, 1, 2, 4 and 8 s, and gives up when it ends once more without having lived for 10 s.
 * The server goes on without it; what the journal holds waits for the next start.
 */
export class CollectorSupervisor implements AsyncDisposable {
  readonly #ports: CollectorPorts;
  readonly #stop = new AbortController();
  readonly #watchers = new Set<() => void>();
  #state: CollectorState = "off";
  #restarts = 0;
  #child: CollectorChild | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(ports: CollectorPorts) {
    this.#ports = ports;
  }

  get state(): CollectorState {
    return this.#state;
  }

  /** All of them. */
  get restarts(): number {
    return this.#restarts;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Told whenever the state is another. */
  watch(told: () => void): Disposable {
    this.#watchers.add(told);
    return { [Symbol.dispose]: () => void this.#watchers.delete(told) };
  }

  begin(): void {
    this.#running = this.#run();
  }

  /** Lets it read to the end, also when it has not been started yet, and kills it when that takes too long. The journal is closed before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#child?.kill("SIGTERM");
    const ended = new AbortController();
    const over = this.#ports.clock.sleep(drainMs, ended.signal).then(() => ended.signal.aborted || this.#child?.kill("SIGKILL"));
    await this.#running;
    ended.abort();
    await over;
    this.#become("off");
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#ports;
    await clock.sleep(firstStartMs, this.#stop.signal);
    for (let failures = 0; ; failures += 1) {
      const startedAt = clock.monotonic();
      const how = await this.#live();
      if (this.#stop.signal.aborted) return;
      if (clock.monotonic() - startedAt >= steadyMs) failures = 0;
      if (failures === restartsMax) {
        log.error("collector-given-up", { how, restarts: this.#restarts });
        return this.#become("given-up");
      }
      const pauseMs = firstPauseMs * 2 ** failures;
      log.warn("collector-ended", { how, restartInMs: pauseMs });
      this.#become("restarting");
      await clock.sleep(pauseMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      this.#restarts += 1;
    }
  }

  /** From its start to its end, and how it ended. */
  async #live(): Promise<number | string> {
    try {
      this.#child = this.#ports.start();
      if (this.#stop.signal.aborted) this.#child.kill("SIGTERM");
      this.#become("running");
      return await this.#child.exited;
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      this.#child = undefined;
    }
  }

  #become(state: CollectorState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const told of this.#watchers) told();
  }
}
