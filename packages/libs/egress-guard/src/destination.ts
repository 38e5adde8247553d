import { type Address, isPublic, isWithin, type Network, parseAddress } from "./address.ts";
import { isWebPort, portOf } from "./checked-url.ts";
import { EgressFault } from "./egress-fault.ts";
import type { Resolve } from "./resolve.ts";
import type { TargetList } from "./target-list.ts";

export const addressesMax = 4;

export interface Surroundings {
  readonly resolve: Resolve;
  readonly allowed: TargetList;
  readonly own: () => readonly Network[];
}

/**
 * The addresses that a request to the URL may be connected to, at least one. They are checked as they are returned, so whoever connects to them and to
 * nothing else is safe from a name that answers otherwise the next time.
 * Faults: `egress-guard/forbidden` (denied), `egress-guard/no-host` (missing), `egress-guard/no-resolver` (unavailable).
 */
export async function destination(url: URL, { resolve, allowed, own }: Surroundings): Promise<readonly string[]> {
  const { hostname } = url;
  const literal = parseAddress(hostname);
  const found = literal === undefined ? await resolved(hostname, resolve) : [literal.toString()];
  const addresses = found.flatMap((text) => parseAddress(text) ?? []);
  if (addresses.length === 0) throw noHost(hostname);
  const networks = own();
  const isOpen = (address: Address) => isPublic(address) && !networks.some((network) => isWithin(address, network));
  const isNamed = (address: Address) => allowed.has(hostname, address);
  const permitted = addresses.filter((address) => isOpen(address) || isNamed(address));
  if (permitted.length === 0) throw forbidden(hostname);
  const reached = isWebPort(portOf(url)) ? permitted : permitted.filter(isNamed);
  if (reached.length === 0) throw forbiddenPort(url);
  return reached.slice(0, addressesMax).map((address) => address.toString());
}

async function resolved(hostname: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(hostname);
  } catch (thrown) {
    const code = (thrown as { readonly code?: unknown }).code;
    if (code === "ENOTFOUND" || code === "ENODATA" || code === "EAI_NONAME" || code === "DNS_ENOTFOUND") throw noHost(hostname, thrown);
    const message = `The address of ${hostname} could not be found out. Try again later; if it stays so, this machine has no name server.`;
    throw new EgressFault("unavailable", "egress-guard/no-resolver", message, thrown);
  }
}

const noHost = (hostname: string, cause?: unknown) =>
  new EgressFault("missing", "egress-guard/no-host", `There is no host ${hostname}. Check the spelling of the URL.`, cause);

function forbidden(hostname: string) {
  const message = `${hostname} is at an address that is not of the public internet, and such are not fetched. A person can allow it in DISPATCH_FETCH_ALLOW.`;
  return new EgressFault("denied", "egress-guard/forbidden", message);
}

const forbiddenPort = (url: URL) =>
  new EgressFault("denied", "egress-guard/forbidden", `Port ${portOf(url)} is not one of web servers, and is not asked. Use another URL.`);
