import { isLoopback } from "./access.ts";
import type { Config } from "./config.ts";
import { NeedsToken } from "./faults.ts";

/** Whoever can reach this server can run commands on its machine: without a token that is this machine alone. */
export function requireToken({ host, token }: Config): void {
  if (token === undefined && !isLoopback(host.toLowerCase())) throw new NeedsToken(host);
}
