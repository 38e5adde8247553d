import type { Socket } from "bun";
import { nowMicros, StampReader } from "../stamp.ts";
import { summarize } from "../statistics.ts";
import { clientFrame, FrameReader, pong } from "./frame-reader.ts";
import type { WatchOrder, WatchOutcome } from "./watch-order.ts";

/** Many clients of the WebSocket in one process, over bare sockets so that they cost little: takes orders from its parent. */
const [host = "", port = "", count = ""] = process.argv.slice(2);

interface Watcher {
  readonly reader: FrameReader;
  see: (payload: Buffer) => void;
  upgraded: boolean;
}

const handshake = `GET /ws HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

const sockets = await Promise.all(Array.from({ length: Number(count) }, connect));

async function connect(): Promise<Socket<Watcher>> {
  const { promise: greeted, resolve: greet } = Promise.withResolvers<void>();
  const socket = await Bun.connect<Watcher>({
    hostname: host,
    port: Number(port),
    data: { reader: new FrameReader(), see: () => greet(), upgraded: false },
    socket: {
      data(socket, bytes) {
        const { data } = socket;
        const frames = data.upgraded ? bytes : bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);
        data.upgraded = true;
        data.reader.push(
          frames,
          (payload) => data.see(payload),
          () => void socket.write(pong),
        );
      },
      close: () => {
        console.error("a watcher lost its connection");
        process.exit(1);
      },
    },
  });
  socket.write(handshake);
  await greeted;
  return socket;
}

/** Resolves when the server has taken all that was sent before: what it does not understand it answers at once. */
async function subscribed(socket: Socket<Watcher>, conversationId: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.data.see = (payload) => void (payload.includes('"type":"error"') && resolve());
  socket.write(clientFrame(JSON.stringify({ type: "chat.subscribe", conversationId })));
  socket.write(clientFrame("{}"));
  await promise;
}

async function watch({ conversationId, model, stamps }: WatchOrder): Promise<WatchOutcome> {
  await Promise.all(sockets.map((socket) => subscribed(socket, conversationId)));
  const latenciesMs: number[] = [];
  const counts = sockets.map(() => 0);
  const readers = sockets.map(() => new StampReader());
  let startMs = Number.NaN;
  const sealed = sockets.map((socket, index) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.data.see = (payload) => {
      if (!isDelta(payload)) return;
      if (Number.isNaN(startMs)) startMs = performance.now();
      counts[index] = (counts[index] ?? 0) + 1;
      if (stamps) readStamps(readers[index], payload, latenciesMs);
      if (isSeal(payload)) resolve();
    };
    return promise;
  });
  sockets[0]?.write(clientFrame(JSON.stringify({ type: "chat.send", conversationId, message: "Talk.", model: `opencode/${model}` })));
  await Promise.all(sealed);
  const totalMs = performance.now() - startMs;
  for (const socket of sockets) socket.write(clientFrame(JSON.stringify({ type: "chat.unsubscribe", conversationId })));
  return {
    totalMs,
    frames: counts.reduce((sum, one) => sum + one, 0),
    fewest: Math.min(...counts),
    most: Math.max(...counts),
    deltas: readers.reduce((sum, reader) => sum + reader.count, 0),
    outOfOrder: readers.reduce((sum, reader) => sum + reader.outOfOrder, 0),
    latency: summarize(latenciesMs),
  };
}

function readStamps(reader: StampReader | undefined, payload: Buffer, latenciesMs: number[]): void {
  const receivedMicros = nowMicros();
  reader?.push(payload.toString("latin1"), (sentMicros) => void (sentMicros > 0 && latenciesMs.push((receivedMicros - sentMicros) / 1000)));
}

const begins = '{"type":"chat.delta","event":{"type":"';
const isDelta = (payload: Buffer): boolean => payload.length > begins.length && payload.toString("latin1", 0, begins.length) === begins;

const typeAt = begins.length;
const isSeal = (payload: Buffer): boolean => payload[typeAt + 1] === 0x75 && payload.includes('"turn-sealed"');

process.on("message", async (order: WatchOrder) => process.send?.(await watch(order)));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
