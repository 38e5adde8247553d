import type { Deadline } from "@dispatch/deadline";
import { EgressFault } from "./egress-fault.ts";

/** What to throw for whatever was thrown: when we ended the request ourselves, the line's complaint is not the reason. */
export function explained(thrown: unknown, { ending }: Deadline, timeoutMs: number): unknown {
  if (ending === "caller") return new EgressFault("cancelled", "egress-guard/cancelled", "The request was stopped.", thrown);
  if (ending === undefined) return thrown;
  const message = `The server did not answer within ${timeoutMs / 1_000} s. Try again later, or another page.`;
  return new EgressFault("unavailable", "egress-guard/too-slow", message, thrown);
}

/** What broke between two machines, in a sentence. What is a fault already passes. */
export function lineFault(thrown: unknown, hostname: string): unknown {
  if (thrown instanceof EgressFault) return thrown;
  const code = codeOf(thrown);
  if (/^(Z_|ERR__ERROR|ERR_BROTLI|ERR__?[A-Z_]*(FORMAT|PADDING))/.test(code))
    return broken(`${hostname} sent an answer that cannot be decompressed. Try another page.`, thrown);
  if (code.startsWith("HPE_")) return broken(`${hostname} does not answer in valid HTTP there. Check the URL and its port.`, thrown);
  return broken(`${hostname} broke off before its answer was complete. Try again later.`, thrown);
}

const broken = (message: string, cause: unknown) => new EgressFault("unavailable", "egress-guard/broken", message, cause);

/** Why no connection was made. */
export function unreachable(thrown: unknown, hostname: string): EgressFault {
  const code = codeOf(thrown);
  if (/CERT|ISSUER|SELF_SIGNED|^ERR_TLS/.test(code)) {
    const message = `${hostname} has no certificate that can be trusted (${code}). Check the spelling of the URL, or use another site.`;
    return new EgressFault("denied", "egress-guard/untrusted", message, thrown);
  }
  const why = code === "" || !/^[A-Z][A-Z0-9_]*$/.test(code) ? "" : ` (${code})`;
  const message = `${hostname} takes no connection there${why}. Check the URL and its port, or try again later.`;
  return new EgressFault("unavailable", "egress-guard/unreachable", message, thrown);
}

function codeOf(thrown: unknown): string {
  const { code } = (thrown ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : "";
}
