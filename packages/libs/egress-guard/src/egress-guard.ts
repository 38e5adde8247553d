import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { Deadline } from "@dispatch/deadline";
import type { Clock } from "@dispatch/kernel";
import { type Answer, type BodyLimits, readBody } from "./answer.ts";
import { checkedUrl, portOf } from "./checked-url.ts";
import { destination, type Surroundings } from "./destination.ts";
import { EgressFault } from "./egress-fault.ts";
import { exchange } from "./exchange.ts";
import { explained, lineFault, unreachable } from "./line-fault.ts";
import { ownNetworks } from "./own-networks.ts";
import { type Resolve, systemResolve } from "./resolve.ts";
import { openSocket } from "./socket.ts";
import { targetList } from "./target-list.ts";

export const redirectsMax = 5;
/** An address that does not take the connection gives way to the next one. */
const connectTimeoutMs = 5_000;

export interface GuardOptions {
  readonly clock: Clock;
  /** Names, `*.names`, addresses and networks that may be asked although they are not public. */
  readonly allow: readonly string[];
  readonly resolve?: Resolve;
  /** Certificates in PEM that are trusted in place of the system's. */
  readonly trusted?: string;
}

export interface EgressRequest extends BodyLimits {
  readonly headers?: { readonly [name: string]: string };
  /** From the first look-up to the last byte. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The one door for requests that a model asks for. */
export interface EgressGuard {
  /**
   * One GET, with its redirects. Whoever has the answer disposes it: that ends the connection.
   * Faults: see the README. After an abort it rejects at once.
   */
  get(url: string, request: EgressRequest): Promise<Answer>;
  /** The URL in its normal form, if `get` would ask for it: for a request that another server is to make. The name may mean something else there. */
  check(url: string, limits: Pick<EgressRequest, "signal" | "timeoutMs">): Promise<string>;
}

/** Faults: `egress-guard/bad-target` (invalid) for an entry of `allow`. */
export function egressGuard({ clock, allow, resolve = systemResolve, trusted }: GuardOptions): EgressGuard {
  const door: Door = { clock, trusted, surroundings: { resolve, allowed: targetList(allow), own: ownNetworks } };
  return {
    async check(text, { signal, timeoutMs }) {
      using deadline = new Deadline(clock, timeoutMs, signal);
      try {
        const url = checkedUrl(text);
        await deadline.within(destination(url, door.surroundings));
        return url.href;
      } catch (thrown) {
        throw explained(thrown, deadline, timeoutMs);
      }
    },
    async get(text, request) {
      const deadline = new Deadline(clock, request.timeoutMs, request.signal);
      try {
        const { url, message } = await followed(door, text, request, deadline);
        return answerOf(url, message, request, deadline);
      } catch (thrown) {
        deadline[Symbol.dispose]();
        throw explained(thrown, deadline, request.timeoutMs);
      }
    },
  };
}

interface Door {
  readonly clock: Clock;
  readonly trusted: string | undefined;
  readonly surroundings: Surroundings;
}

interface Arrival {
  readonly url: URL;
  readonly message: IncomingMessage;
}

/** Every address on the way is checked as the first one is. */
async function followed(door: Door, text: string, request: EgressRequest, deadline: Deadline): Promise<Arrival> {
  let url = checkedUrl(text);
  for (let redirects = 0; redirects <= redirectsMax; redirects++) {
    const message = await ask(door, url, request, deadline);
    const location = locationOf(message);
    if (location === undefined) return { url, message };
    message.destroy();
    url = checkedUrl(location, url);
  }
  const last = `The page leads from one address to the next more than ${redirectsMax} times. Give the address of the page itself.`;
  throw new EgressFault("invalid", "egress-guard/redirects", last);
}

const locationOf = ({ statusCode = 0, headers }: IncomingMessage): string | undefined =>
  [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;

async function ask(door: Door, url: URL, request: EgressRequest, deadline: Deadline): Promise<IncomingMessage> {
  const addresses = await deadline.within(destination(url, door.surroundings));
  const socket = await connected(door, url, addresses, deadline);
  const headers = { accept: "*/*", ...request.headers, "accept-encoding": "gzip, br" };
  return deadline.within(exchange(socket, url, headers)).catch((thrown: unknown) => {
    socket.destroy();
    throw lineFault(thrown, url.hostname);
  });
}

async function connected({ clock, trusted }: Door, url: URL, addresses: readonly string[], deadline: Deadline): Promise<Socket> {
  const isSecure = url.protocol === "https:";
  let last: unknown;
  for (const address of addresses) {
    using patience = new Deadline(clock, connectTimeoutMs, deadline.signal);
    const endpoint = { hostname: url.hostname, address, port: portOf(url), isSecure, ...(trusted !== undefined && { trusted }) };
    try {
      return await openSocket(endpoint, { connecting: patience.signal, life: deadline.signal });
    } catch (thrown) {
      if (deadline.signal.aborted) throw thrown;
      last = thrown;
    }
  }
  throw unreachable(last, url.hostname);
}

function answerOf(url: URL, message: IncomingMessage, limits: EgressRequest, deadline: Deadline): Answer {
  return {
    url: url.href,
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: () =>
      deadline.within(readBody(message, limits)).catch((thrown: unknown) => {
        throw explained(lineFault(thrown, url.hostname), deadline, limits.timeoutMs);
      }),
    [Symbol.dispose]() {
      deadline[Symbol.dispose]();
      message.destroy();
    },
  };
}
