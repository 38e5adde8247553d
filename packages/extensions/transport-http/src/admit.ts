import type { Fault } from "@dispatch/kernel";
import type { Caller } from "@dispatch/op-registry/contract";
import type { ClientAddress } from "./client-address.ts";
import type { TokenKind } from "./contract.ts";
import { NoToken, tooManyGuesses } from "./faults.ts";
import type { Connection } from "./route.ts";
import type { Throttle } from "./throttle.ts";
import { givenToken, tokenCheck } from "./token.ts";
import type { Visitor } from "./visitor.ts";

export interface Admissions {
  admit(request: Request, connection: Connection): Visitor | Refusal;
  /** Whoever is let in without a token: to what is open to all. */
  stranger(request: Request, connection: Connection): Visitor;
  /** A token was refused. */
  guessed(request: Request, connection: Connection): void;
}

export interface Refusal {
  readonly refusal: Fault;
  /** A token was given, and it was wrong. */
  readonly wrong?: true;
}

export interface AdmissionRules {
  /** Absent: no token is needed. */
  readonly token?: string;
  /** The same list until one comes or goes. */
  kinds(): readonly TokenKind[];
  readonly throttle: Throttle;
  readonly clients: ClientAddress;
  /** An address has given so many wrong tokens that it has to wait. */
  held(address: string): void;
}

/** Which token a request brings, and who that makes its caller. */
export function createAdmissions({ token, kinds, throttle, clients, held }: AdmissionRules): Admissions {
  const isOwn = token === undefined ? undefined : tokenCheck(token);
  const addressOf = ({ headers }: Request, connection: Connection): string => clients.of(connection.peer().address, headers);
  const callerOf = (name: string, request: Request, connection: Connection): Caller => ({
    name,
    via: "http",
    address: addressOf(request, connection),
  });

  return {
    admit(request, connection) {
      const given = givenToken(request);
      if (given === null) return isOwn === undefined ? { caller: callerOf("local", request, connection) } : { refusal: new NoToken() };
      // Looked at before the token: whoever guesses learns nothing while it waits, not even that it guessed right.
      const waitMs = throttle.size === 0 ? 0 : throttle.waitMs(addressOf(request, connection));
      if (waitMs > 0) return { refusal: tooManyGuesses(waitMs) };
      if (isOwn?.(given) === true) return { caller: callerOf("token", request, connection) };
      const kind = kinds().find(({ prefix }) => given.startsWith(prefix));
      const admission = kind?.authenticate(given);
      if (admission !== undefined) {
        const { name, readOnly, ended } = admission;
        const caller = callerOf(name, request, connection);
        return { caller: readOnly ? { ...caller, readOnly } : caller, ended };
      }
      // Who needs no token may have one of another server in the environment; one of ours that counts no more is told so.
      if (isOwn === undefined && kind === undefined) return { caller: callerOf("local", request, connection) };
      return { refusal: new NoToken(), wrong: true };
    },
    stranger: (request, connection) => ({ caller: { ...callerOf("anyone", request, connection), readOnly: true } }),
    guessed(request, connection) {
      const address = addressOf(request, connection);
      if (throttle.guessed(address)) held(address);
    },
  };
}
