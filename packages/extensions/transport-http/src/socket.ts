import { bodyBytesMax } from "@dispatch/transport-contract";
import { faultAnswer } from "./answer.ts";
import { CannotListen, PortTaken, unknownDefect } from "./faults.ts";
import type { Router } from "./router.ts";
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
  /** A connection on which nothing moves for so long is closed: one that sends no whole header, no whole body, or takes no answer. */
  readonly silenceSMax?: number;
}

/** Above it the platform cuts the connection instead of letting us say why. */
const receivedBytesMax = 4 * bodyBytesMax;

/** Faults: `transport-http/port-taken` (conflict), `transport-http/cannot-listen` (invalid). */
export function listen({ host, port, setting, silenceSMax = 60 }: ListenOptions, router: Router): Listener {
  const server = bind({ host, port, setting }, () =>
    Bun.serve({
      hostname: host,
      port,
      idleTimeout: silenceSMax,
      maxRequestBodySize: receivedBytesMax,
      development: false,
      // Outside development the platform lets two processes share a port, and each would get some of the requests.
      reusePort: false,
      fetch: (request, server) =>
        router(request, {
          allowSilence: () => server.timeout(request, 0),
          forbidSilence: () => server.timeout(request, silenceSMax),
          upgrade: (peer) => server.upgrade(request, { data: peer }),
        }),
      websocket: webSockets,
      error: (thrown) => faultAnswer(unknownDefect("none", thrown)),
    }),
  );
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`,
    stop: () => server.stop(),
    close: () => server.stop(true),
  };
}

function bind<T>({ host, port, setting }: ListenOptions, serve: () => T): T {
  try {
    return serve();
  } catch (thrown) {
    const taken = thrown instanceof Error && "code" in thrown && thrown.code === "EADDRINUSE";
    throw taken ? new PortTaken(host, port, setting, thrown) : new CannotListen(host, port, setting, thrown);
  }
}
