import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { badCertificate } from "./faults.ts";

/** A certificate with the chain behind it, and its key, in PEM. The key is a secret. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Faults: `transport-http/bad-certificate` (invalid), which names the setting and says what is wrong with its file. */
export function readCertificate({ cert, key }: { readonly cert: string; readonly key: string }): Certificate {
  const texts = { cert: read("DISPATCH_TLS_CERT", cert), key: read("DISPATCH_TLS_KEY", key) };
  const certificate = tried("DISPATCH_TLS_CERT", cert, "holds no certificate in PEM", () => new X509Certificate(texts.cert));
  const privateKey = tried("DISPATCH_TLS_KEY", key, "holds no private key in PEM without a password", () => createPrivateKey(texts.key));
  if (!certificate.checkPrivateKey(privateKey)) throw badCertificate("DISPATCH_TLS_KEY", key, "is not the key of the certificate");
  return { ...texts, expiresAt: certificate.validToDate.getTime() };
}

const read = (setting: string, path: string): string => tried(setting, path, "cannot be read", () => readFileSync(path, "utf8"));

/** What the platform says of a key may hold a piece of it: only the code is told. */
function tried<T>(setting: string, path: string, problem: string, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? ` (${String(thrown.code)})` : "";
    throw badCertificate(setting, path, `${problem}${code}`);
  }
}
