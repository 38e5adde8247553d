import { type Address, isWithin, type Network, parseNetwork } from "./address.ts";
import { EgressFault } from "./egress-fault.ts";

/** Targets that a person allows although they are not public: names, names below a name (`*.lan`), addresses and networks. */
export interface TargetList {
  has(hostname: string, address: Address): boolean;
}

const name = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/** What is wrong with an entry, as the end of a sentence; `undefined` for a good one. */
export function whyNotAnEntry(entry: string): string | undefined {
  if (parseNetwork(entry) !== undefined) return undefined;
  if (name.test(entry.toLowerCase()) && !/^[\d.]+$/.test(entry)) return undefined;
  return "is no host name, address or network: write such as nas.lan, *.lan, 192.168.1.5 or 192.168.1.0/24";
}

/** Faults: `egress-guard/bad-target` (invalid). */
export function targetList(entries: readonly string[]): TargetList {
  const networks: Network[] = [];
  const names: string[] = [];
  for (const entry of entries) {
    const why = whyNotAnEntry(entry);
    if (why !== undefined) throw new EgressFault("invalid", "egress-guard/bad-target", `${JSON.stringify(entry)} ${why}.`);
    const network = parseNetwork(entry);
    if (network === undefined) names.push(entry.toLowerCase());
    else networks.push(network);
  }
  return {
    has: (hostname, address) => names.some((one) => isNamed(hostname, one)) || networks.some((network) => isWithin(address, network)),
  };
}

const isNamed = (hostname: string, name: string): boolean => {
  const plain = hostname.replace(/\.$/, "");
  return name.startsWith("*.") ? plain.endsWith(name.slice(1)) && plain.length > name.length - 1 : plain === name;
};
