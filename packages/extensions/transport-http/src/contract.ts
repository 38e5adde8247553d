import { definePoint, defineService, type Fault, type Json, type PointToken, type ServiceToken } from "@dispatch/kernel";
import type { Caller } from "@dispatch/op-registry/contract";

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
  accept(caller: Caller): Peer;
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
  accept(caller: Caller): Peer;
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

/** The other end of a connection: of a proxy, not of whoever stands behind it. */
export interface RequestPeer {
  /** As the socket says: empty for one that is closed already. */
  readonly address: string;
  readonly port: number;
  /** Of ours: the one that was asked. */
  readonly serverPort: number;
}

/** A further rule for who may ask. Where there is none, nothing is looked up. */
export interface RequestGuard {
  readonly id: string;
  /** Asked for every request and every upgrade, before the token is looked at. `undefined` at once costs no promise. A throw refuses too. */
  refuse(peer: RequestPeer): Fault | undefined | Promise<Fault | undefined>;
}
export const RequestGuards: PointToken<RequestGuard> = definePoint<RequestGuard>("transport-http/request-guards", ({ id }) => id);

/** Tokens beside `DISPATCH_TOKEN`. */
export interface TokenKind {
  readonly id: string;
  /** What its tokens begin with, and no others: one that does and is none is refused, also by a server that needs no token. */
  readonly prefix: string;
  /** At once, from memory. How long it takes tells nothing about how nearly right a wrong token is. `undefined`: it is none, or no longer. */
  authenticate(token: string): Admission | undefined;
}
export interface Admission {
  /** The name of the token, for people and the audit log. */
  readonly name: string;
  readonly readOnly: boolean;
  /** Aborts when the token counts no more: whatever it opened ends at once. */
  readonly ended: AbortSignal;
}
export const TokenKinds: PointToken<TokenKind> = definePoint<TokenKind>("transport-http/token-kinds", ({ id }) => id);

/**
 * The files of a web client, answered where no op, stream or socket has its path. Who asks has passed Host and Origin, and needs no token: a browser
 * cannot give one before it has the page. They hold nothing of a person.
 */
export interface Pages {
  readonly id: string;
  /** GET and HEAD. `undefined`: there is nothing at this path. */
  answer(request: Request): Promise<Response | undefined>;
}
export const WebPages: PointToken<Pages> = definePoint<Pages>("transport-http/web-pages", ({ id }) => id);
