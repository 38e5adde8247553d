import { defineService, type ServiceToken } from "@dispatch/kernel";

export interface SocketAddress {
  /** `ws://host:port`, the port being the one that was bound. Every path of it speaks the same. */
  readonly url: string;
}
export const SocketAddress: ServiceToken<SocketAddress> = defineService<SocketAddress>("transport-ws/address");

/** The clients that are connected now, whichever port they came through. */
export interface OpenSockets {
  count(): number;
  /** Chats and surfaces that they follow, all together. */
  subscriptions(): number;
}
export const OpenSockets: ServiceToken<OpenSockets> = defineService<OpenSockets>("transport-ws/open-sockets");
