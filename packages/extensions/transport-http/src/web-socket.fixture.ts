import type { Peer, Socket } from "./contract.ts";

/** A peer that keeps what happens to it, and answers every text with the same text. */
export class EchoPeer implements Peer {
  readonly heard: (string | undefined)[] = [];
  readonly #opening = Promise.withResolvers<Socket>();
  readonly #closing = Promise.withResolvers<void>();
  #drained = Promise.withResolvers<void>();
  answers = 0;

  readonly open: Promise<Socket> = this.#opening.promise;
  readonly over: Promise<void> = this.#closing.promise;

  opened(socket: Socket): void {
    this.#opening.resolve(socket);
  }
  received(text: string | undefined): void {
    this.heard.push(text);
    void this.open.then((socket) => socket.send(text ?? "no text"));
  }
  answered(): void {
    this.answers += 1;
  }
  drained(): void {
    this.#drained.resolve();
    this.#drained = Promise.withResolvers();
  }
  closed(): void {
    this.#closing.resolve();
  }
  get nextDrain(): Promise<void> {
    return this.#drained.promise;
  }
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** The platform's own WebSocket client, as promises. */
export interface SocketClient extends Disposable {
  readonly socket: WebSocket;
  readonly frames: readonly (string | Buffer)[];
  readonly closed: Promise<Closing>;
  /** Resolves when that many frames have come. */
  count(frames: number): Promise<readonly (string | Buffer)[]>;
}

/** Rejects when the server refuses. */
export function connectSocket(url: string, headers: { readonly [name: string]: string } = {}): Promise<SocketClient> {
  const socket = new WebSocket(url, { headers });
  const frames: (string | Buffer)[] = [];
  const closing = Promise.withResolvers<Closing>();
  const opening = Promise.withResolvers<SocketClient>();
  let arrived = () => {};
  socket.addEventListener("message", ({ data }) => {
    frames.push(data as string | Buffer);
    arrived();
  });
  socket.addEventListener("error", () => opening.reject(new Error(`${url} refused the WebSocket`)));
  socket.addEventListener("close", ({ code, reason }) => closing.resolve({ code, reason }));
  socket.addEventListener("open", () =>
    opening.resolve({
      socket,
      frames,
      closed: closing.promise,
      async count(wanted) {
        const there = new Promise<void>((resolve) => {
          arrived = () => void (frames.length >= wanted && resolve());
          arrived();
        });
        await there;
        return frames;
      },
      [Symbol.dispose]: () => socket.terminate(),
    }),
  );
  return opening.promise;
}

export const handshake = (path: string, headers: readonly string[] = ["Host: localhost"]): string =>
  [
    `GET ${path} HTTP/1.1`,
    ...headers,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "\r\n",
  ].join("\r\n");
