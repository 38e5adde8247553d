import type { Socket } from "bun";

/**
 * Just enough HTTP/1.1 for a model server that must cost next to nothing: requests with a content length, keep-alive, chunked answers.
 * Written on the bare socket, so that each event leaves when and as it is written.
 */
export interface HttpRequest {
  readonly path: string;
  readonly body: Buffer;
}

/** The open answer to one request. */
export interface HttpAnswer {
  /** Whole answers that need no stream. */
  reply(status: number, body: string): void;
  begin(): void;
  /** Already framed. */
  send(frames: string | Uint8Array): void;
  /** False once the client has gone. */
  readonly open: boolean;
}

export const frame = (event: string): string => `${event.length.toString(16)}\r\n${event}\r\n`;
export const lastFrame = "0\r\n\r\n";

type Connection = { readonly inbox: Inbox; readonly outbox: Outbox };

export function serveHttp(handle: (request: HttpRequest, answer: HttpAnswer) => void): { readonly port: number } {
  return Bun.listen<Connection>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { inbox: new Inbox(), outbox: new Outbox(socket) };
        socket.setNoDelay(true);
      },
      data(socket, bytes) {
        const { inbox, outbox } = socket.data;
        inbox.push(bytes);
        for (let request = inbox.take(); request !== undefined; request = inbox.take()) handle(request, answerOn(outbox));
      },
      drain: (socket) => socket.data.outbox.flush(),
      close: (socket) => socket.data.outbox.close(),
      error: (socket) => socket.data.outbox.close(),
    },
  });
}

function answerOn(outbox: Outbox): HttpAnswer {
  return {
    reply(status, body) {
      outbox.write(`HTTP/1.1 ${status} -\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    },
    begin: () => outbox.write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"),
    send: (frames) => outbox.write(frames),
    get open() {
      return outbox.open;
    },
  };
}

const headEnd = Buffer.from("\r\n\r\n");

/** Bytes that have come, until they are a whole request. */
class Inbox {
  #parts: Buffer[] = [];
  #size = 0;
  #needed = 0;

  push(bytes: Uint8Array): void {
    this.#parts.push(Buffer.from(bytes));
    this.#size += bytes.byteLength;
  }

  take(): HttpRequest | undefined {
    if (this.#size === 0 || this.#size < this.#needed) return undefined;
    const all = this.#parts.length === 1 && this.#parts[0] !== undefined ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [all];
    const headSize = all.indexOf(headEnd);
    if (headSize < 0) return undefined;
    const head = all.toString("latin1", 0, headSize);
    const bodyAt = headSize + headEnd.length;
    const end = bodyAt + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    this.#needed = end;
    if (all.length < end) return undefined;
    this.#rest(all.subarray(end));
    return { path: head.split(" ", 2)[1] ?? "", body: all.subarray(bodyAt, end) };
  }

  #rest(bytes: Buffer): void {
    this.#parts = bytes.length === 0 ? [] : [bytes];
    this.#size = bytes.length;
    this.#needed = 0;
  }
}

/** Bytes that the socket would not take yet, in order. */
class Outbox {
  readonly #socket: Socket<Connection>;
  #waiting: Uint8Array[] = [];
  #open = true;

  constructor(socket: Socket<Connection>) {
    this.#socket = socket;
  }

  get open(): boolean {
    return this.#open;
  }

  write(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    this.#waiting.push(bytes);
    if (this.#waiting.length === 1) this.flush();
  }

  flush(): void {
    for (let bytes = this.#waiting[0]; bytes !== undefined && this.#open; bytes = this.#waiting[0]) {
      const written = Math.max(0, this.#socket.write(bytes));
      if (written < bytes.byteLength) {
        this.#waiting[0] = bytes.subarray(written);
        return;
      }
      this.#waiting.shift();
    }
  }

  close(): void {
    this.#open = false;
    this.#waiting = [];
  }
}
