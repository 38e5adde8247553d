import { Fault, fault } from "@dispatch/kernel";
import { bodyBytesMax, conversationIdHeader, jsonDepthMax } from "@dispatch/transport-contract";

export class NeedsToken extends Fault {
  readonly kind = "invalid";
  readonly code = "transport-http/needs-token";

  constructor(setting: string) {
    super(
      `With ${setting} other machines can reach this server, so it needs a token. Set DISPATCH_TOKEN to a long random text, or leave ${setting.split("=")[0]} away.`,
      { data: { setting } },
    );
  }
}

export class PortTaken extends Fault {
  readonly kind = "conflict";
  readonly code = "transport-http/port-taken";

  constructor(host: string, port: number, setting: string, cause: unknown) {
    super(`Port ${port} of ${host} is taken by another process. Stop that process, or set ${setting} to another port.`, {
      cause,
      data: { host, port },
    });
  }
}

export class CannotListen extends Fault {
  readonly kind = "invalid";
  readonly code = "transport-http/cannot-listen";

  constructor(host: string, port: number, setting: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `Cannot listen on port ${port} of ${host} (${why}). Set DISPATCH_HOST to an address of this machine, and ${setting} to a port that you may use.`,
      { cause, data: { host, port } },
    );
  }
}

export const badCertificate = (setting: string, path: string, problem: string): Fault =>
  fault(
    "invalid",
    "transport-http/bad-certificate",
    `The file of ${setting}, ${path}, ${problem}. Both files are PEM, and the server's user must be able to read them.`,
    {
      data: { setting, path },
    },
  );

/** Several problems in one request, one line each. */
export class InvalidRequest extends Fault {
  readonly kind = "invalid";
  readonly code = "transport-http/invalid-request";

  constructor(problems: readonly string[]) {
    super(problems.join("\n"), { data: { problems } });
  }
}

/** Told from the other faults of kind `denied` by its status: 401. */
export class NoToken extends Fault {
  readonly kind = "denied";
  readonly code = "transport-http/no-token";

  constructor() {
    super(
      "This server wants a token that counts: the value of its DISPATCH_TOKEN, or one that `dispatch token create` made, as `Authorization: Bearer <token>`, or as `?token=` where a WebSocket is opened.",
    );
  }
}

export const tooManyGuesses = (waitMs: number): Fault =>
  fault(
    "limited",
    "transport-http/too-many-guesses",
    "Too many wrong tokens came from this address. Wait, then try again with the right one; other addresses are not held up.",
    { data: { limit: "freeGuessesMax", retryAfterMs: waitMs } },
  );

/** Whoever may only read sent a message. */
export const readOnly = (): Fault =>
  fault("denied", "transport-http/read-only", "This token may only read. Send messages with one that was made without --readonly.");

export const tokenEnded = (): Fault =>
  fault("denied", "transport-http/token-ended", "The token of this stream was revoked, or has expired. The turn goes on.");

/** Told from the other faults of kind `invalid` by its status: 426. */
export class NeedsUpgrade extends Fault {
  readonly kind = "invalid";
  readonly code = "transport-http/needs-upgrade";

  constructor() {
    super("Here WebSocket (version 13) is spoken. Connect with a WebSocket client.");
  }
}

export const hostDenied = (host: string | null): Fault =>
  fault(
    "denied",
    "transport-http/host-denied",
    host === null
      ? "A request needs exactly one Host header."
      : `This server does not answer to the name ${JSON.stringify(host.slice(0, 100))}. If the name is yours, add it to DISPATCH_ALLOWED_HOSTS.`,
  );

export const originDenied = (origin: string): Fault =>
  fault(
    "denied",
    "transport-http/origin-denied",
    `Pages of ${JSON.stringify(origin.slice(0, 100))} may not use this server. If the page is yours, add its origin to DISPATCH_ALLOWED_ORIGINS.`,
  );

export class BodyTooLarge extends Fault {
  readonly kind = "limited";
  readonly code = "transport-http/body-too-large";

  constructor() {
    super(`A request's body may have ${bodyBytesMax} bytes. Send less at once; large texts belong into files that tools can read.`, {
      data: { limit: "bodyBytesMax", bodyBytesMax },
    });
  }
}

export const badBody = (problem: string): Fault => fault("invalid", "transport-http/bad-body", `The body ${problem}.`);
export const bodyTooDeep = (): Fault => badBody(`is nested more than ${jsonDepthMax} levels deep; send a flatter one`);

export const unknownRoute = (method: string, path: string): Fault =>
  fault(
    "missing",
    "transport-http/unknown-route",
    `There is no ${method} ${path.slice(0, 200)} here. GET /openapi.json lists what there is.`,
  );

export class WrongMethod extends Fault {
  readonly kind = "invalid";
  readonly code = "transport-http/wrong-method";
  readonly allow: string;

  constructor(method: string, path: string, allow: readonly string[]) {
    super(`${path.slice(0, 200)} does not take ${method}, but ${allow.join(", ")}.`, { data: { allow } });
    this.allow = allow.join(", ");
  }
}

export const tooManyStreams = (chatStreamsMax: number): Fault =>
  fault("limited", "transport-http/too-many-streams", `${chatStreamsMax} chats are streaming already. Try again in a moment.`, {
    data: { limit: "chatStreamsMax", chatStreamsMax, retryAfterMs: 1_000 },
  });

export const stopping = (): Fault =>
  fault(
    "unavailable",
    "transport-http/stopping",
    `The server is stopping. What was said so far is kept and the turn goes on after a restart: read it then by the id in ${conversationIdHeader}.`,
  );

/** What was thrown stays in the journal, under the reference: it may hold what nobody outside should read. */
export const unknownDefect = (reference: string, cause: unknown): Fault =>
  fault(
    "defect",
    "transport-http/defect",
    `Something went wrong inside Dispatch. Its journal says more under the reference ${reference}.`,
    {
      cause,
      data: { reference },
    },
  );

/** Nobody reads it: the connection is closed. */
export const callerGone = (): Fault => fault("cancelled", "transport-http/caller-gone", "The caller closed the connection.");
