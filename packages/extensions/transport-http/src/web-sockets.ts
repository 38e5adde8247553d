import { bodyBytesMax } from "@dispatch/transport-contract";
import type { ServerWebSocket, WebSocketHandler } from "bun";
import type { Peer, Socket } from "./contract.ts";

/** As large as the body of a request: a message with images fits into either. A larger frame closes the connection with code 1009. */
const frameBytesMax = bodyBytesMax;
/** What may wait for one client, so that whoever never reads costs no more. Beyond it `send` drops the frame and says so. */
const waitingBytesMax = 16 * 1024 * 1024;

/**
 * The platform's WebSockets, each handed to its peer. The `ws` package is not used: under Bun its name leads to this same implementation, but
 * without `cork`, which is what makes many frames cheap (decision 0007).
 */
export const webSockets: WebSocketHandler<Peer> = {
  maxPayloadLength: frameBytesMax,
  backpressureLimit: waitingBytesMax,
  perMessageDeflate: false,
  // Whether a client is still there is the peer's to judge, by its own clock.
  idleTimeout: 0,
  sendPings: false,
  open: (socket) => socket.data.opened(new OpenSocket(socket)),
  message: (socket, message) => socket.data.received(typeof message === "string" ? message : undefined),
  pong: (socket) => socket.data.answered(),
  drain: (socket) => socket.data.drained(),
  close: (socket) => socket.data.closed(),
};

class OpenSocket implements Socket {
  readonly #socket: ServerWebSocket<Peer>;

  constructor(socket: ServerWebSocket<Peer>) {
    this.#socket = socket;
  }

  get waitingBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  /** The platform answers 0 for a frame that it dropped, and -1 for one that waits. */
  send(frame: string): boolean {
    return this.#socket.send(frame) !== 0;
  }

  together(send: () => void): void {
    this.#socket.cork(send);
  }

  ping(): void {
    this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}
