import type { ServerFrame } from "@dispatch/transport-contract";
import type { AgentEvent } from "@dispatch/wire";

/** One client at the WebSocket that watches conversations. */
export interface Watcher extends Disposable {
  readonly events: readonly AgentEvent[];
  readonly closed: Promise<void>;
  /** Resolves when what was sent before this call has arrived, or the server is gone. */
  catchUp(): Promise<void>;
  /** Resolves when it holds, or the server is gone. */
  until(holds: (events: readonly AgentEvent[]) => boolean): Promise<void>;
}

export async function watch(url: string, conversations: readonly string[]): Promise<Watcher> {
  const socket = new WebSocket(url);
  const events: AgentEvent[] = [];
  const closed = Promise.withResolvers<void>();
  let waiting: readonly { readonly holds: () => boolean; resolve(): void }[] = [];
  let answers = 0;
  let asked = 0;
  const look = () => {
    const done = waiting.filter(({ holds }) => holds());
    waiting = waiting.filter((one) => !done.includes(one));
    for (const { resolve } of done) resolve();
  };
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data)) as ServerFrame;
    if (frame.type === "chat.delta") events.push(frame.event);
    if (frame.type === "error") answers += 1;
    look();
  };
  socket.onclose = () => {
    closed.resolve();
    for (const { resolve } of waiting) resolve();
  };
  const until = (holds: () => boolean): Promise<void> => {
    if (holds() || socket.readyState >= WebSocket.CLOSING) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting = [...waiting, { holds, resolve }];
    return promise;
  };
  // A frame of an unknown type is answered by an `error` frame, in order, and by nothing else.
  const catchUp = (): Promise<void> => {
    if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
    socket.send('{"type":"nothing"}');
    asked += 1;
    const upTo = asked;
    return until(() => answers >= upTo);
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`no socket at ${url}`));
  });
  socket.onerror = () => {};
  for (const conversationId of conversations) socket.send(JSON.stringify({ type: "chat.subscribe", conversationId }));
  await catchUp();
  return {
    events,
    closed: closed.promise,
    catchUp,
    until: (holds) => until(() => holds(events)),
    [Symbol.dispose]: () => socket.terminate(),
  };
}
