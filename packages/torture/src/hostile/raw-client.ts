import { connect } from "node:net";

/** A connection on which every byte is said; what comes is kept up to a bound. */
export interface RawClient extends Disposable {
  readonly opened: Promise<void>;
  /** All that came, once the other side has closed. */
  readonly closed: Promise<string>;
  write(data: string | Uint8Array): void;
  /** No more will be sent; answers are still read. */
  end(): void;
  /** Resolves with all that came, once it holds the text; with `undefined` when the connection ends before. */
  until(text: string): Promise<string | undefined>;
}

const receivedCharsMax = 4_000_000;

export function rawClient(port: number, first: string): RawClient {
  const socket = connect({ port, host: "127.0.0.1" });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<string>();
  let received = "";
  let arrived = () => {};
  socket.on("connect", () => opened.resolve());
  socket.on("data", (data) => {
    received = (received + data.toString("latin1")).slice(-receivedCharsMax);
    arrived();
  });
  socket.on("error", () => opened.resolve());
  socket.on("close", () => closed.resolve(received));
  socket.write(first, "latin1");
  return {
    opened: opened.promise,
    closed: closed.promise,
    write: (data) => void socket.write(data),
    end: () => void socket.end(),
    until(text) {
      const there = Promise.withResolvers<string>();
      arrived = () => {
        if (received.includes(text)) there.resolve(received);
      };
      arrived();
      return Promise.race([there.promise, closed.promise.then(() => undefined)]);
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
