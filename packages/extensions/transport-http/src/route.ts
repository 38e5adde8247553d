import type { Peer, RequestPeer } from "./contract.ts";
import type { Visitor } from "./visitor.ts";

/** One method of one path, and who answers. */
export interface Route {
  readonly method: string;
  /** Parameters as `:name`. */
  readonly path: string;
  /** Instead of 503. */
  readonly unavailableStatus?: 502;
  answer(call: Call): Response | Promise<Response>;
}

export interface Call {
  readonly request: Request;
  readonly connection: Connection;
  readonly visitor: Visitor;
  /** Decoded once; whether they are ids is for the op's schema to say. */
  readonly params: { readonly [name: string]: string };
  query(): { readonly [name: string]: string };
}

export interface Connection {
  /** A connection on which nothing moves for a while is closed, unless it is said to be right. */
  allowSilence(): void;
  forbidSilence(): void;
  /** Costs a look-up, once. */
  peer(): RequestPeer;
  /** Answers the handshake and hands the connection over. `false`: it is no proper handshake, and nothing has happened. */
  upgrade(peer: Peer): boolean;
}
