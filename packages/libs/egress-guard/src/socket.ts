import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";

export interface Endpoint {
  /** The name that a certificate must be for. */
  readonly hostname: string;
  /** The address to connect to. */
  readonly address: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Certificates in PEM that are trusted in place of the system's. */
  readonly trusted?: string;
}

export interface Patience {
  /** Ends the attempt to connect. */
  readonly connecting: AbortSignal;
  /** Ends the socket at any time. */
  readonly life: AbortSignal;
}

/** A socket that is connected to that address and no other: no name is looked up here, and no proxy is asked. Rejects with what the system says. */
export function openSocket(endpoint: Endpoint, { connecting, life }: Patience): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = endpoint.isSecure ? secureSocket(endpoint) : connect({ host: endpoint.address, port: endpoint.port });
  const end = () => void socket.destroy();
  const settle = () => connecting.removeEventListener("abort", end);
  connecting.addEventListener("abort", end, { once: true });
  life.addEventListener("abort", end, { once: true });
  socket.once(endpoint.isSecure ? "secureConnect" : "connect", () => {
    settle();
    resolve(socket);
  });
  socket.once("close", () => {
    settle();
    life.removeEventListener("abort", end);
    reject(new Error("The connection was closed."));
  });
  // An error without a listener would end the process, also when it comes long after the answer.
  socket.on("error", reject);
  if (connecting.aborted || life.aborted) end();
  return promise;
}

function secureSocket({ hostname, address, port, trusted }: Endpoint): Socket {
  const name = hostname.replace(/^\[|\]$/g, "");
  return connectSecurely({
    host: address,
    port,
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: true,
    // A certificate for an address is checked against the address that is connected to; such a name may not be sent.
    ...(isIP(name) === 0 && { servername: name.replace(/\.$/, "") }),
    ...(trusted !== undefined && { ca: trusted }),
  });
}
