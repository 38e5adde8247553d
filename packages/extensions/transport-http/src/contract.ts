import { definePoint, defineService, type Json, type PointToken, type ServiceToken } from "@dispatch/kernel";

export interface HttpAddress {
  /** `http://host:port`, the port being the one that was bound. */
  readonly url: string;
}
export const HttpAddress: ServiceToken<HttpAddress> = defineService<HttpAddress>("transport-http/address");

/** The chats that stream now. */
export interface OpenStreams {
  count(): number;
}
export const OpenStreams: ServiceToken<OpenStreams> = defineService<OpenStreams>("transport-http/open-streams");

/** A path of the HTTP port that speaks WebSocket. Who comes there has passed Host, Origin and token. */
export interface Upgrade {
  readonly path: `/${string}`;
  /** The server's side of a new connection, which is opened at once. A fault refuses it. */
  accept(): Peer;
}
export const Upgrades: PointToken<Upgrade> = definePoint<Upgrade>("transport-http/upgrades", ({ path }) => path);

/** Answers that are no operation's: images, files. Who comes there has passed Host, Origin and token. */
export interface ByteRoute {
  /** Parameters as `:name`. GET and HEAD. */
  readonly path: `/${string}`;
  /** Parameters are decoded once and otherwise as the client wrote them. A fault is the answer. */
  read(params: { readonly [name: string]: string }, signal: AbortSignal): Promise<Bytes>;
}
export interface Bytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Beside `Content-Type`. Nothing is kept in caches unless `Cache-Control` says so. */
  readonly headers?: { readonly [name: string]: string };
}
export const ByteRoutes: PointToken<ByteRoute> = definePoint<ByteRoute>("transport-http/byte-routes", ({ path }) => path);

/** Ports beside the HTTP port, of the same host and under the same rules, that speak nothing but WebSocket: another request gets 426. */
export interface SocketPorts {
  /**
   * Disposing it takes no new connection, gives those that are closing a moment, and cuts the rest.
   * Faults: `transport-http/port-taken` (conflict), `transport-http/cannot-listen` (invalid).
   */
  open(port: SocketPort): AsyncDisposable & { readonly url: string };
}
export const SocketPorts: ServiceToken<SocketPorts> = defineService<SocketPorts>("transport-http/socket-ports");

export interface SocketPort {
  /** 0 takes any that is free. */
  readonly port: number;
  /** The setting that names the port, for people whose port is taken. */
  readonly setting: string;
  accept(): Peer;
}

/** The server's side of one WebSocket: `opened` comes first, `closed` last. None of them throws. */
export interface Peer {
  opened(socket: Socket): void;
  /** A text frame, or `undefined` for a binary one. */
  received(text: string | undefined): void;
  /** The client has answered a ping. */
  answered(): void;
  /** The client has taken something of what waited for it. */
  drained(): void;
  closed(): void;
}

/** An open WebSocket. Once it is closed every member does nothing. */
export interface Socket {
  /** One text frame. `false`: so much waits already that the frame was dropped. */
  send(frame: string): boolean;
  /** What is sent within leaves in as few packets as possible. */
  together(send: () => void): void;
  /** Sent, and not yet taken by the client. */
  readonly waitingBytes: number;
  ping(): void;
  /** What was sent before is still delivered, to a client that takes it within a few seconds. */
  close(code: number, reason: string): void;
}

/** What a part of the server says of itself in `GET /health?verbose=1`, which is answered without a token: it holds no secret, path or name of a person. */
export interface HealthPart {
  /** The name of its field in the answer. */
  readonly id: string;
  /** At once, and without asking anybody. */
  read(): Json;
}
export const HealthParts: PointToken<HealthPart> = definePoint<HealthPart>("transport-http/health-parts", ({ id }) => id);
