import { networkInterfaces } from "node:os";
import { type Network, parseNetwork } from "./address.ts";

/**
 * This machine's own addresses, and for IPv6 those beside it: a machine at home has a public address in IPv6, its printer too. Asked for each
 * time, because networks come and go.
 */
export function ownNetworks(): readonly Network[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const networks = interfaces.map(({ family, address, cidr }) => parseNetwork(family === "IPv6" && cidr !== null ? cidr : address));
  return networks.filter((network) => network !== undefined);
}
