import { defineService, type ServiceToken } from "@dispatch/kernel";

export interface SocketAddress {
  /** `ws://host:port`, the port being the one that was bound. Every path of it speaks the same. */
  readonly url: string;
}
export const SocketAddress: ServiceToken<SocketAddress> = defineService<SocketAddress>("transport-ws/address");
