import { lookup } from "node:dns/promises";

/** The addresses of a host name, best first. Rejects with an error whose `code` is the resolver's. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** As the system resolves, `/etc/hosts` included. */
export const systemResolve: Resolve = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address);
