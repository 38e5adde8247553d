import { clientFrame, FrameReader, pong } from "@dispatch/bench";
import type { ClientFrame } from "@dispatch/transport-contract";
import type { Socket } from "bun";

/** One WebSocket client that costs next to nothing: frames are looked at as bytes, and pings are answered. */
export interface CrowdSocket {
  /** Who gets the payload of each text frame from now on; valid only during the call. */
  see: (payload: Buffer) => void;
  send(...frames: readonly ClientFrame[]): void;
  /** Nothing was said by the server that ends the connection, and nobody but us has ended it. */
  readonly open: boolean;
  close(): void;
}

interface Inside {
  readonly reader: FrameReader;
  readonly outside: { see: (payload: Buffer) => void; open: boolean };
  readonly greet: PromiseWithResolvers<void>;
  isUpgraded: boolean;
  left: Uint8Array;
}

const headEnd = "\r\n\r\n";

/** Resolves with the first frame. Rejects when the server refuses. */
export async function connectCrowdSocket(port: number): Promise<CrowdSocket> {
  const outside = { see: (_: Buffer) => {}, open: true };
  const greet = Promise.withResolvers<void>();
  const socket = await Bun.connect<Inside>({
    hostname: "127.0.0.1",
    port,
    data: { reader: new FrameReader(), outside, greet, isUpgraded: false, left: new Uint8Array(0) },
    socket: { data: received, drain: flush, close: ended, error: ended },
  });
  socket.write(handshake(port));
  await greet.promise;
  return {
    get see() {
      return outside.see;
    },
    set see(see) {
      outside.see = see;
    },
    send(...frames) {
      for (const frame of frames) write(socket, clientFrame(JSON.stringify(frame)));
    },
    get open() {
      return outside.open;
    },
    close: () => socket.end(),
  };
}

const handshake = (port: number): string =>
  `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

function received(socket: Socket<Inside>, bytes: Buffer): void {
  const { data } = socket;
  const at = data.isUpgraded ? 0 : bytes.indexOf(headEnd) + headEnd.length;
  if (!data.isUpgraded && !bytes.toString("latin1", 0, 16).includes(" 101 ")) {
    data.greet.reject(new Error(`the upgrade was refused: ${bytes.toString("latin1", 0, 300)}`));
    return void socket.end();
  }
  data.isUpgraded = true;
  const see = (payload: Buffer) => {
    data.greet.resolve();
    data.outside.see(payload);
  };
  data.reader.push(bytes.subarray(at), see, () => write(socket, pong));
}

function ended({ data }: Socket<Inside>): void {
  data.outside.open = false;
  data.greet.reject(new Error("the server ended the connection before it greeted"));
}

function write(socket: Socket<Inside>, bytes: Uint8Array): void {
  const { data } = socket;
  data.left = data.left.length === 0 ? bytes : Buffer.concat([data.left, bytes]);
  flush(socket);
}

function flush(socket: Socket<Inside>): void {
  const { data } = socket;
  if (data.left.length === 0) return;
  data.left = data.left.subarray(Math.max(0, socket.write(data.left)));
}
