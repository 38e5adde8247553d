import { isLoopback } from "./access.ts";
import type { Config } from "./config.ts";
import { NeedsToken } from "./faults.ts";

/** Whoever can reach this server can run commands on its machine: without a token that is this machine alone. */
export function requireToken({ host, token, trustedProxies }: Config): void {
  if (token !== undefined) return;
  if (!isLoopback(host.toLowerCase())) throw new NeedsToken(`DISPATCH_HOST=${host}`);
  if (trustedProxies.length > 0) throw new NeedsToken(`DISPATCH_TRUSTED_PROXIES=${trustedProxies.join(",")}`);
}
