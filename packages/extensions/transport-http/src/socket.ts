import { bodyBytesMax } from "@dispatch/transport-contract";
import { faultAnswer } from "./answer.ts";
import type { Certificate } from "./certificate.ts";
import { plainAddress } from "./client-address.ts";
import type { RequestPeer } from "./contract.ts";
import type { Door } from "./door.ts";
import { CannotListen, PortTaken, unknownDefect } from "./faults.ts";
import { webSockets } from "./web-sockets.ts";

export interface Listener {
  readonly url: string;
  /** Takes no new connection. Resolves when the last answer has been given. */
  stop(): Promise<void>;
  /** Closes whatever is open. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** The setting that names the port, for people whose port is taken. */
  readonly setting: string;
  /** Absent: no TLS. */
  readonly tls?: Certificate;
  /** A connection on which nothing moves for so long is closed: one that sends no whole header, no whole body, or takes no answer. */
  readonly silenceSMax?: number;
}

/** Above it the platform cuts the connection instead of letting us say why. */
const receivedBytesMax = 4 * bodyBytesMax;

/** Faults: `transport-http/port-taken` (conflict), `transport-http/cannot-listen` (invalid). */
export function listen({ host, port, setting, tls, silenceSMax = 60 }: ListenOptions, door: Door): Listener {
  const server = bind({ host, port, setting }, () =>
    Bun.serve({
      hostname: host,
      port,
      idleTimeout: silenceSMax,
      maxRequestBodySize: receivedBytesMax,
      development: false,
      ...(tls === undefined ? {} : { tls: { cert: tls.cert, key: tls.key } }),
      // Outside development the platform lets two processes share a port, and each would get some of the requests.
      reusePort: false,
      fetch(request, server) {
        let known: RequestPeer | undefined;
        return door(request, {
          allowSilence: () => server.timeout(request, 0),
          forbidSilence: () => server.timeout(request, silenceSMax),
          upgrade: (peer) => server.upgrade(request, { data: peer }),
          peer: () => {
            known ??= peerOf(server.requestIP(request), server.port ?? 0);
            return known;
          },
        });
      },
      websocket: webSockets,
      error: (thrown) => faultAnswer(unknownDefect("none", thrown)),
    }),
  );
  return {
    url: `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${server.port}`,
    stop: () => server.stop(),
    close: () => server.stop(true),
  };
}

/** Of a connection that is closed already nothing is known. */
const peerOf = (found: { readonly address: string; readonly port: number } | null, serverPort: number): RequestPeer =>
  found === null ? { address: "", port: 0, serverPort } : { address: plainAddress(found.address), port: found.port, serverPort };

function bind<T>({ host, port, setting }: ListenOptions, serve: () => T): T {
  try {
    return serve();
  } catch (thrown) {
    const taken = thrown instanceof Error && "code" in thrown && thrown.code === "EADDRINUSE";
    throw taken ? new PortTaken(host, port, setting, thrown) : new CannotListen(host, port, setting, thrown);
  }
}
