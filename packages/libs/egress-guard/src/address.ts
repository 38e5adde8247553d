import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = readonly [Address, number];

/** An IPv4 or IPv6 address as it is usually written; what is none is `undefined`. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  if (bare.includes(".") && !bare.includes(":")) return ipaddr.IPv4.isValidFourPartDecimal(bare) ? ipaddr.IPv4.parse(bare) : undefined;
  return ipaddr.IPv6.isValid(bare) ? ipaddr.IPv6.parse(bare) : undefined;
}

/** `address/bits`, or an address alone for itself. */
export function parseNetwork(text: string): Network | undefined {
  const [host = "", bits, ...more] = text.split("/");
  const address = parseAddress(host);
  if (address === undefined || more.length > 0) return undefined;
  const widest = address.kind() === "ipv4" ? 32 : 128;
  if (bits === undefined) return [address, widest];
  return /^\d{1,3}$/.test(bits) && Number(bits) <= widest ? [address, Number(bits)] : undefined;
}

/** An IPv4 address within IPv6 is in the IPv4 networks that it is in. */
export function isWithin(address: Address, [network, bits]: Network): boolean {
  const plain = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
  return [plain, address].some((one) => one.kind() === network.kind() && one.match(network, bits));
}

const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");
/** Azure serves every machine's secrets there, at an address that reads as public. */
const hostServices = ["168.63.129.16"];

/**
 * Whether the address is of the public internet, and of nothing else. What no registry has given out, what stands for an IPv4 address
 * (mapped, NAT64, 6to4, Teredo) and what has a purpose of its own is not.
 */
export function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  if (address instanceof ipaddr.IPv6) return address.match(globalUnicast);
  return !hostServices.includes(address.toString());
}
