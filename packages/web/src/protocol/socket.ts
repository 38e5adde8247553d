import type { ClientFrame, ServerFrame } from "@dispatch/transport-contract";
import { readFrame } from "./frames.ts";

/** The platform's WebSocket, as far as it is used here. */
export interface RawSocket {
  onopen: (() => void) | null;
  onmessage: ((message: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketPorts {
  /** Opens a connection; the address may hold a token that was given meanwhile. */
  open(): RawSocket;
  /** Calls once after a time, unless the returned function was called before. */
  after(ms: number, call: () => void): () => void;
  /** 0 to 1. */
  random(): number;
}

export type SocketState = "connecting" | "open" | "waiting" | "closed";

export interface SocketWatcher {
  /** Before any frame that waited is sent: what this connection has to know first. */
  onOpen(): void;
  onFrame(frame: ServerFrame): void;
  onState(state: SocketState): void;
}

const firstDelayMs = 500;
const delayMsMax = 30_000;
const spread = 0.2;
const waitingFramesMax = 100;

/** Before the n-th attempt that follows a loss, counting from 0. `chance` lies in 0..1. */
export const backOffMs = (attempt: number, chance: number): number =>
  Math.min(delayMsMax, firstDelayMs * 2 ** Math.min(attempt, 10)) * (1 - spread + 2 * spread * chance);

/** One connection to the server that is made again whenever it is lost, until it is closed. */
export class ServerSocket {
  readonly #ports: SocketPorts;
  readonly #watcher: SocketWatcher;
  #raw: RawSocket | undefined;
  #state: SocketState = "closed";
  #attempt = 0;
  #waiting: ClientFrame[] = [];
  #cancelRetry: () => void = () => {};

  constructor(ports: SocketPorts, watcher: SocketWatcher) {
    this.#ports = ports;
    this.#watcher = watcher;
  }

  get state(): SocketState {
    return this.#state;
  }

  /** At once, also while a retry is waited for: the network is back, or the person asks. */
  connect(): void {
    if (this.#state === "open" || this.#state === "connecting") return;
    this.#cancelRetry();
    this.#enter("connecting");
    const raw = this.#ports.open();
    this.#raw = raw;
    raw.onopen = () => this.#opened(raw);
    raw.onmessage = ({ data }) => {
      const frame = raw === this.#raw && typeof data === "string" ? readFrame(data) : undefined;
      if (frame !== undefined) this.#watcher.onFrame(frame);
    };
    raw.onclose = () => this.#lost(raw);
  }

  /** Sent when the connection is open. `false`: too much waits already, and the frame was not taken. */
  send(frame: ClientFrame): boolean {
    if (this.#state === "open") {
      this.#raw?.send(JSON.stringify(frame));
      return true;
    }
    if (this.#waiting.length >= waitingFramesMax) return false;
    this.#waiting.push(frame);
    return true;
  }

  /** The connection is made anew: a token changed. */
  renew(): void {
    this.close();
    this.connect();
  }

  close(): void {
    this.#cancelRetry();
    const raw = this.#raw;
    this.#raw = undefined;
    raw?.close();
    this.#enter("closed");
  }

  #opened(raw: RawSocket): void {
    if (raw !== this.#raw) return;
    this.#attempt = 0;
    this.#enter("open");
    this.#watcher.onOpen();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const frame of waiting) this.send(frame);
  }

  #lost(raw: RawSocket): void {
    if (raw !== this.#raw) return;
    this.#raw = undefined;
    this.#enter("waiting");
    this.#cancelRetry = this.#ports.after(backOffMs(this.#attempt, this.#ports.random()), () => this.connect());
    this.#attempt += 1;
  }

  #enter(state: SocketState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#watcher.onState(state);
  }
}
