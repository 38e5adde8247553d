import { connect } from "node:net";

export interface RawSocket extends Disposable {
  /** All that came, once it holds the text or the other side has closed. */
  until(text: string): Promise<string>;
  /** All that came, once the other side has closed. */
  closed: Promise<string>;
  /** Resolves when all of it has left. */
  write(data: string | Uint8Array): Promise<void>;
  /** No more will be sent; answers are still read. */
  half(): void;
  pause(): void;
  resume(): void;
}

/** A connection on which a test says every byte. */
export function rawSocket(port: number, first: string | Uint8Array = ""): RawSocket {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let received = "";
  const arrivals = new Set<() => void>();
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  socket.on("data", (data) => {
    received += data.toString("latin1");
    for (const arrived of arrivals) arrived();
  });
  socket.on("error", () => {});
  socket.on("end", () => socket.end());
  socket.on("close", () => resolve(received));
  if (first.length > 0) socket.write(first);
  return {
    closed,
    async until(text) {
      const there = Promise.withResolvers<void>();
      const look = () => {
        if (received.includes(text)) there.resolve();
      };
      arrivals.add(look);
      look();
      await Promise.race([there.promise, closed]);
      arrivals.delete(look);
      return received;
    },
    write: (data) => new Promise((resolve) => socket.write(data, () => resolve())),
    half: () => void socket.end(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** A request whose connection is closed after the answer, unless a header says otherwise. */
export function rawRequest(method: string, path: string, headers: readonly string[] = [], body: string = ""): string {
  const given = headers.map((header) => header.slice(0, header.indexOf(":")).toLowerCase());
  const more = [
    ...(given.includes("host") ? [] : ["Host: localhost"]),
    ...(given.includes("connection") ? [] : ["Connection: close"]),
    ...(body === "" || given.includes("content-length") || given.includes("transfer-encoding")
      ? []
      : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return `${[`${method} ${path} HTTP/1.1`, ...more, ...headers].join("\r\n")}\r\n\r\n${body}`;
}

/** Status and body of the one answer in the text. */
export function parseAnswer(text: string): { readonly status: number; readonly headers: Headers; readonly body: string } {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Headers(
    lines.map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { status: Number(first.split(" ")[1]), headers, body: rest.join("\r\n\r\n") };
}
