import type { Peer, Socket } from "./contract.ts";

/** What a client reads whose token ended: to connect again it needs another. */
const closing = { code: 1008, reason: "The token of this connection was revoked, or has expired." };

/** A peer whose connection ends with its token. Nothing that comes afterwards reaches it. */
export class RevocablePeer implements Peer {
  readonly #peer: Peer;
  readonly #ended: AbortSignal;
  #socket: Socket | undefined;
  readonly #end = () => this.#socket?.close(closing.code, closing.reason);

  constructor(peer: Peer, ended: AbortSignal) {
    this.#peer = peer;
    this.#ended = ended;
  }

  opened(socket: Socket): void {
    this.#socket = socket;
    this.#ended.addEventListener("abort", this.#end, { once: true });
    this.#peer.opened(socket);
    if (this.#ended.aborted) this.#end();
  }

  received(text: string | undefined): void {
    if (!this.#ended.aborted) this.#peer.received(text);
  }

  answered(): void {
    this.#peer.answered();
  }

  drained(): void {
    this.#peer.drained();
  }

  closed(): void {
    this.#ended.removeEventListener("abort", this.#end);
    this.#peer.closed();
  }
}
