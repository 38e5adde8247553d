import { usageFault } from "./client-fault.ts";

export const defaultPort = 24_203;

/**
 * Where the server may be, in the order to try. `localhost` is spelt out as both loopback addresses, so that the order in which
 * a machine resolves it does not matter.
 */
export function serverAddresses(flag: string | undefined, env: { readonly [name: string]: string | undefined }): readonly string[] {
  const chosenServer = flag ?? env.DISPATCH_SERVER ?? "";
  if (flag !== undefined || chosenServer !== "") return [given(chosenServer, flag === undefined ? "DISPATCH_SERVER" : "--server")];
  const port = /^\d+$/.test(env.BACKEND_PORT ?? "") ? Number(env.BACKEND_PORT) : 0;
  const chosen = port > 0 && port <= 65_535 ? port : defaultPort;
  return [`http://127.0.0.1:${chosen}`, `http://[::1]:${chosen}`];
}

/** Keeps a path: a server may live below one. */
function given(address: string, name: "--server" | "DISPATCH_SERVER"): string {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw usageFault(`${name} needs an http or https address such as http://localhost:${defaultPort}, not "${address}".`);
  if (url.username !== "" || url.password !== "") throw usageFault(`${name} takes no password; set DISPATCH_TOKEN instead.`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

export const isLoopback = (address: string): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(new URL(address).hostname);
