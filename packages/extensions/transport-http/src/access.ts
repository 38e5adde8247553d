import { isIP } from "node:net";
import type { Fault } from "@dispatch/kernel";
import { hostDenied, originDenied } from "./faults.ts";

export interface Access {
  /**
   * Why the request must not be answered; `undefined` when it may. Pages of other sites and rebound names end here.
   * `secure`: it is known to come over TLS, so the server's own pages do too.
   */
  problem(host: string | null, origin: string | null, secure?: boolean): Fault | undefined;
}

export interface AccessRules {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

export function createAccess({ host: bound, allowedHosts, allowedOrigins }: AccessRules): Access {
  const hosts = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const origins = new Set(allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, "")));
  const everyAddress = bound === "0.0.0.0" || bound === "::";

  const knows = (host: string): boolean => {
    const name = nameOf(host);
    if (name === undefined) return false;
    if (isLoopback(name) || name === bound.toLowerCase() || hosts.has(name) || hosts.has(host)) return true;
    // Rebinding needs a name: an address as the Host was typed by somebody who meant this machine.
    return everyAddress && isIP(name) !== 0;
  };
  const trusts = (origin: string, host: string, secure: boolean): boolean => {
    const [, scheme, authority] = /^(https?):\/\/([^/]+)$/.exec(origin) ?? [];
    if (origins.has(origin)) return true;
    if (scheme === undefined || authority === undefined) return false;
    const name = nameOf(authority);
    return (authority === host && (!secure || scheme === "https")) || (name !== undefined && isLoopback(name));
  };

  return {
    problem(host, origin, secure = false) {
      if (host === null || !knows(host.toLowerCase())) return hostDenied(host);
      if (origin !== null && !trusts(origin.toLowerCase(), host.toLowerCase(), secure)) return originDenied(origin);
      return undefined;
    },
  };
}

/** `localhost`, 127.0.0.0/8 and ::1. */
export const isLoopback = (name: string): boolean =>
  name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));

/** Without the port and the brackets of an IPv6 address; `undefined` for what is no authority. */
function nameOf(authority: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(authority) ?? [];
  return bracketed ?? plain;
}
