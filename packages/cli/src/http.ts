import { ClientFault } from "./client-fault.ts";
import { patienceMsDefault, silent } from "./patience.ts";
import { isLoopback } from "./server-address.ts";

/** The network, and nothing of what is said over it. */
export interface Http {
  /**
   * Resolves with the head of any answer; a redirect is not followed. Faults: `cli/no-server` (unavailable) when nobody answers,
   * `cli/unknown-certificate` (unavailable) when whoever answers cannot show who it is,
   * `cli/silent-server` (unavailable) when somebody takes the request and says nothing, `cli/cancelled` (cancelled) when the signal aborts. The next
   * address is tried only where a connection was refused, so nothing is sent twice.
   */
  send(request: HttpRequest): Promise<Response>;
}

export interface HttpRequest {
  readonly method: string;
  /** With the query, from the server's root. */
  readonly path: string;
  readonly body?: unknown;
  /** How long to wait for the head. */
  readonly patienceMs?: number;
}

export interface HttpOptions {
  readonly addresses: readonly string[];
  readonly token?: string;
  readonly signal: AbortSignal;
}

export function createHttp({ addresses, token, signal }: HttpOptions): Http {
  if (token !== undefined && !/^[\x20-\x7e]*$/.test(token))
    throw new ClientFault("invalid", "cli/bad-token", "DISPATCH_TOKEN holds a character that no header can. Set it to the server's own.");
  if (addresses.some(isLoopback)) passProxyBy();
  return {
    async send({ method, path, body, patienceMs = patienceMsDefault }) {
      const givenUp = new AbortController();
      const init: BunFetchRequestInit = {
        method,
        signal: AbortSignal.any([signal, givenUp.signal]),
        // Where it leads may be anybody, and the message would go along.
        redirect: "manual",
        // A turn may be silent for longer than any timeout.
        timeout: false,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      let refused: unknown;
      for (const address of addresses) {
        const timer = setTimeout(() => givenUp.abort(), patienceMs);
        try {
          return await fetch(`${address}${path}`, init);
        } catch (thrown) {
          if (signal.aborted) throw cancelled();
          if (givenUp.signal.aborted) throw silent(patienceMs);
          refused = thrown;
          if (codeOf(thrown) !== "ECONNREFUSED") break;
        } finally {
          clearTimeout(timer);
        }
      }
      throw noServer(addresses[0] ?? "", refused);
    },
  };
}

/** What is asked of this machine, and the token with it, never goes through a proxy that the environment names. */
function passProxyBy(): void {
  process.env.NO_PROXY = [process.env.NO_PROXY ?? process.env.no_proxy, "localhost", "127.0.0.1", "::1", "[::1]"].filter(Boolean).join(",");
}

export const cancelled = (): ClientFault => new ClientFault("cancelled", "cli/cancelled", "Interrupted.");

function noServer(address: string, thrown: unknown): ClientFault {
  const code = codeOf(thrown);
  if (/CERT|SIGNATURE|UNABLE_TO/.test(String(code)))
    return new ClientFault(
      "unavailable",
      "cli/unknown-certificate",
      `The certificate of ${address} is not known here (${thrown instanceof Error ? thrown.message : code}). If you trust it, name its file in NODE_EXTRA_CA_CERTS.`,
    );
  const why = code === "ECONNREFUSED" ? "the connection was refused" : thrown instanceof Error ? thrown.message : String(thrown);
  return new ClientFault(
    "unavailable",
    "cli/no-server",
    `No Dispatch server answers at ${address} (${why}). Start one with bin/up, or name another with --server <url>.`,
  );
}

const codeOf = (thrown: unknown): unknown => (typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined);
