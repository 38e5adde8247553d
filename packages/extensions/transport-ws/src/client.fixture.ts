import type { ClientFrame, ServerFrame } from "@dispatch/transport-contract";
import { connectSocket, type SocketClient } from "@dispatch/transport-http/fixture";
import type { AgentEvent } from "@dispatch/wire";

type Of<Type extends ServerFrame["type"]> = Extract<ServerFrame, { readonly type: Type }>;

/** A client of the protocol over a real socket. */
export interface Client extends Disposable {
  readonly closed: SocketClient["closed"];
  readonly socket: WebSocket;
  /** Every frame so far. */
  readonly frames: readonly ServerFrame[];
  of<Type extends ServerFrame["type"]>(type: Type): readonly Of<Type>[];
  events(conversationId?: string): readonly AgentEvent[];
  send(...frames: readonly ClientFrame[]): void;
  /** Resolves when what has come so far satisfies; rejects when the connection ends before. */
  until(satisfies: (client: Client) => boolean): Promise<void>;
  /** Resolves with the n-th frame of that type, counting from 1. */
  next<Type extends ServerFrame["type"]>(type: Type, n?: number): Promise<Of<Type>>;
  untilEvent(type: AgentEvent["type"], times?: number): Promise<readonly AgentEvent[]>;
}

export async function connectClient(url: string, headers: { readonly [name: string]: string } = {}): Promise<Client> {
  const connected = await connectSocket(url, headers);
  const { socket, closed } = connected;
  const frames: ServerFrame[] = [];
  let isOver = false;
  const looks = new Set<() => void>();
  const look = () => {
    for (const one of looks) one();
  };
  const read = () => {
    while (frames.length < connected.frames.length) frames.push(JSON.parse(String(connected.frames[frames.length])) as ServerFrame);
    look();
  };
  socket.addEventListener("message", read);
  void closed.then(() => {
    isOver = true;
    look();
  });
  const client: Client = {
    closed,
    socket,
    frames,
    of: (type) => frames.filter((frame): frame is Of<typeof type> => frame.type === type),
    events: (conversationId) =>
      client
        .of("chat.delta")
        .map(({ event }) => event)
        .filter((event) => conversationId === undefined || event.conversationId === conversationId),
    send(...given) {
      for (const frame of given) socket.send(JSON.stringify(frame));
    },
    until(satisfies) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one = () => {
        if (satisfies(client)) resolve();
        else if (isOver) reject(new Error(`the connection ended; it had brought ${JSON.stringify(frames).slice(-2_000)}`));
      };
      looks.add(one);
      one();
      return promise.finally(() => looks.delete(one));
    },
    async next(type, n = 1) {
      await client.until(() => client.of(type).length >= n);
      return client.of(type)[n - 1] as Of<typeof type>;
    },
    async untilEvent(type, times = 1) {
      await client.until(() => client.events().filter((event) => event.type === type).length >= times);
      return client.events();
    },
    [Symbol.dispose]: () => connected[Symbol.dispose](),
  };
  read();
  return client;
}
