import { BlockList, isIP } from "node:net";

export interface ClientAddress {
  /** Who asked, behind the proxies that are trusted: what the others say of it counts for nothing. */
  of(peer: string, headers: Headers): string;
  /** Whether a trusted proxy was asked over https. */
  cameSecurely(peer: string, headers: Headers): boolean;
}

/** Of a list that is longer only the end is read: it is what our own proxies wrote. */
export const hopsMax = 32;

/** `trusted`: addresses and networks (`10.0.0.0/8`), checked before. */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  const proxies = trusted.length === 0 ? undefined : listOf(trusted);
  const isProxy = (address: string): boolean => proxies?.check(address, isIP(address) === 6 ? "ipv6" : "ipv4") === true;
  return {
    of(peer, headers) {
      if (proxies === undefined || !isProxy(peer)) return peer;
      let client = peer;
      const hops = (headers.get("x-forwarded-for") ?? "").split(",").slice(-hopsMax);
      for (const hop of hops.reverse()) {
        const address = addressOf(hop.trim());
        if (address === undefined) return client;
        client = address;
        if (!isProxy(client)) return client;
      }
      return client;
    },
    cameSecurely(peer, headers) {
      if (proxies === undefined || !isProxy(peer)) return false;
      return headers.get("x-forwarded-proto")?.split(",").at(-1)?.trim().toLowerCase() === "https";
    },
  };
}

/** Why the text is neither an address nor a network; `undefined` when it is one. */
export function proxyProblem(text: string): string | undefined {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  const widest = family === 6 ? 128 : 32;
  const isRight = family !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest));
  return isRight ? undefined : `${JSON.stringify(text)} is no address such as 127.0.0.1 and no network such as 10.0.0.0/8`;
}

function listOf(trusted: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of trusted) {
    const [address = "", bits] = text.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Some proxies add the port, and brackets around an IPv6 address. */
function addressOf(hop: string): string | undefined {
  const [, bracketed, withPort] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(hop) ?? [];
  const address = plainAddress(bracketed ?? withPort ?? hop);
  return isIP(address) === 0 ? undefined : address;
}

/** An IPv4 address as itself, also where the socket speaks IPv6. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");
