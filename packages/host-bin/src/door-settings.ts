import { badSetting } from "./bad-setting.ts";

export interface DoorSettings {
  readonly host: string;
  readonly token?: string;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** Addresses and networks of proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  /** Files in PEM, as they were named. Absent: no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Who may ask, and how. Faults: `host-bin/bad-setting` (invalid). */
export function doorSettings(get: (name: string) => string | undefined, list: (name: string) => readonly string[]): DoorSettings {
  const token = get("DISPATCH_TOKEN");
  return {
    host: get("DISPATCH_HOST") ?? "127.0.0.1",
    ...(token === undefined ? {} : { token }),
    allowedOrigins: list("DISPATCH_ALLOWED_ORIGINS"),
    allowedHosts: list("DISPATCH_ALLOWED_HOSTS"),
    trustedProxies: list("DISPATCH_TRUSTED_PROXIES"),
    ...tlsSettings(get("DISPATCH_TLS_CERT"), get("DISPATCH_TLS_KEY")),
  };
}

function tlsSettings(cert: string | undefined, key: string | undefined): Pick<DoorSettings, "tls"> {
  if (cert !== undefined && key !== undefined) return { tls: { cert, key } };
  if (cert !== undefined)
    throw badSetting("DISPATCH_TLS_KEY", "is missing beside DISPATCH_TLS_CERT: it names the file with the certificate's key");
  if (key !== undefined)
    throw badSetting("DISPATCH_TLS_CERT", "is missing beside DISPATCH_TLS_KEY: it names the file with the key's certificate");
  return {};
}
