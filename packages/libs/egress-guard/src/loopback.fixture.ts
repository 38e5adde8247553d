import { createServer, type Server, type Socket } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { certificate, privateKey } from "./certificate.fixture.ts";

/** A server that says over a plain socket whatever a test wants. */
export interface Loopback extends AsyncDisposable {
  readonly port: number;
  /** The head of each request, in order of arrival. */
  readonly requests: readonly string[];
  /** How many connections were taken, asked over or not. */
  readonly connections: () => number;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
}

export type Say = (socket: Socket, head: string) => void;

export async function startLoopback(say: Say, { address = "127.0.0.2", isSecure = false, port = 0 } = {}): Promise<Loopback> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let connections = 0;
  const take = (socket: Socket) => {
    connections++;
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      open.delete(socket);
      if (open.size === 0) for (const wake of waiting.splice(0)) wake();
    });
    let head = "";
    socket.on("data", (bytes) => {
      if (head.includes("\r\n\r\n")) return;
      head += String(bytes);
      if (!head.includes("\r\n\r\n")) return;
      requests.push(head);
      say(socket, head);
    });
  };
  const server: Server = isSecure ? createSecureServer({ key: privateKey, cert: certificate }, take) : createServer(take);
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : 0,
    requests,
    connections: () => connections,
    idle: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A whole answer. */
export const answer = (body: string | Uint8Array, headers: { readonly [name: string]: string } = {}, status = "200 OK"): Say => {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const lines = Object.entries({ "content-length": String(bytes.length), ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`);
    socket.end(bytes);
  };
};

export const redirect = (location: string, status = "302 Found"): Say => answer("", { location }, status);

/** The beginning, and then the same piece for as long as somebody takes it. */
export const endless =
  (head: string, piece: string | Uint8Array): Say =>
  (socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on("drain", more);
    socket.write(head);
    more();
  };
