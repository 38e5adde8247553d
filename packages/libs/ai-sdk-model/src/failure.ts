import type { ModelError } from "@dispatch/kernel";
import { retryAfterMs } from "./retry-after.ts";
import { WireFailure } from "./wire-failure.ts";

export interface FailureContext {
  /** `<credential>/<model>`. */
  readonly name: string;
  /** Where the key is set, for people: `DISPATCH_API_KEY`. */
  readonly keyName?: string;
  /** Where the base URL is set, for people: `DISPATCH_BASE_URL`. */
  readonly baseUrlName?: string;
  /** Name and port of the base URL. */
  readonly host?: string;
  /** Blotted out wherever a provider repeats them. */
  readonly secrets: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The one error that a stream ends with, from whatever an SDK threw or put into its stream. Never throws. */
export function failureOf(thrown: unknown, context: FailureContext): ModelError {
  const failure = kindOf(thrown, context);
  return { type: "error", ...failure, message: withoutSecrets(failure.message, context.secrets) };
}

/** An answer whose status is not 2xx. Header names in lower case. */
export function refused(status: number, body: string, headers: Headers, context: FailureContext): ModelError {
  const failure = refusal(status, detailOf({ responseBody: body }), headers, context);
  return { type: "error", ...failure, message: withoutSecrets(failure.message, context.secrets) };
}

type Failure = Omit<ModelError, "type">;

export function cancelled({ name }: FailureContext): ModelError {
  return { type: "error", kind: "cancelled", code: "ai-sdk-model/cancelled", message: `The request to ${name} was cancelled.` };
}

/** A finish that says `error` or `interrupted` and nothing more. */
export function unexplained({ name }: FailureContext): ModelError {
  return { type: "error", kind: "unavailable", code: "ai-sdk-model/cut", message: cutMessage(name) };
}

function kindOf(thrown: unknown, context: FailureContext): Failure {
  const chain = causes(thrown);
  const wire = chain.find((error) => error instanceof WireFailure);
  if (wire !== undefined) return wireFailure(wire, context);
  for (const error of chain) {
    const status = numberIn(error, "statusCode");
    if (status !== undefined && status >= 400) return refusal(status, detailOf(error), headersOf(error), context);
  }
  return streamError(thrown, context) ?? namedFailure(chain, context) ?? reported(thrown, context) ?? unknown(thrown, context);
}

/** An error event of a stream, to which its SDK has put the HTTP status that it stands for. */
function streamError(thrown: unknown, context: FailureContext): Failure | undefined {
  const status = thrown instanceof Error ? undefined : numberIn(thrown, "statusCode");
  return status === undefined || status < 400 ? undefined : refusal(status, detailOf(thrown), {}, context);
}

function wireFailure({ trouble, message, body }: WireFailure, context: FailureContext): Failure {
  const { name, host } = context;
  const baseUrl = baseUrlOf(context);
  switch (trouble) {
    case "unreachable":
      return unavailable(
        "unreachable",
        `${name} cannot be reached${host === undefined ? "" : ` at ${host}`}: ${brief(whyUnreachable(message), context)}. Check the network and ${baseUrl}, then try again.`,
      );
    case "lost":
      return unavailable("cut", `The connection to ${name} broke in the middle of its answer: ${message}. Try again.`);
    case "silent":
      return unavailable("silent", `${name} ${message}, so the request was ended. Try again, or choose another model.`);
    case "endless":
      return {
        kind: "invalid",
        code: "ai-sdk-model/endless",
        message: `${name} ${message}, so the request was ended. Check ${baseUrl}, or choose another model.`,
      };
    case "page":
      return {
        kind: "invalid",
        code: "ai-sdk-model/no-stream",
        message: `${name} answered with a web page instead of a stream. Check ${baseUrl}.`,
      };
    case "no-stream": {
      const told = reported(parsed(body), context);
      return told ?? unavailable("no-stream", `${name} answered without a stream: ${brief(body, context)}. Check that it can stream.`);
    }
  }
}

const baseUrlOf = ({ baseUrlName }: FailureContext): string => baseUrlName ?? "the provider's base URL";

/** The platform asks a question where a person wants to be told. */
const whyUnreachable = (message: string): string =>
  /ECONNREFUSED|ConnectionRefused/.test(message)
    ? "the connection was refused"
    : message.replace(/ Is the computer able to access the url\?$/, "");

/** An answer with an HTTP status, or an error in a stream that carries one. */
function refusal(status: number, detail: Detail, headers: Headers, context: FailureContext): Failure {
  const { name, keyName, now } = context;
  const said = detail.message === "" ? `HTTP ${status}` : `HTTP ${status}: ${brief(detail.message, context)}`;
  const wait = retryAfterMs(headers, now);
  const wish = wait === undefined ? {} : { retryAfterMs: wait };
  const key = keyName === undefined ? "the provider's API key" : keyName;
  if (status === 401 || status === 403) return denied(`${name} refused the key (${said}). Check ${key}.`);
  if (status === 402 || detail.code === "insufficient_quota") {
    return denied(`${name} wants payment (${said}). Check the account that ${key} belongs to.`);
  }
  if (status === 429) {
    return {
      kind: "limited",
      code: "ai-sdk-model/limited",
      message: `${name} limits how often it may be asked (${said}). Wait, then try again.`,
      ...wish,
    };
  }
  if (status === 408 || status === 409 || status >= 500) {
    return { ...unavailable("unavailable", `${name} could not answer (${said}). Try again.`), ...wish };
  }
  const advice = status === 404 ? `Check the model's name and ${baseUrlOf(context)}` : "Change the request or choose another model";
  return { kind: "invalid", code: "ai-sdk-model/refused", message: `${name} refused the request (${said}). ${advice}.` };
}

/** Errors that the SDK made itself, by their names: its classes would have to be loaded to compare by type. */
function namedFailure(chain: readonly Error[], context: FailureContext): Failure | undefined {
  const { name } = context;
  for (const error of chain) {
    // Of a first event that is none, the SDK for Anthropic keeps nothing but this.
    if (error.message === "Expected a normalized Anthropic stream error") return garbled(name);
    switch (error.name) {
      case "AI_JSONParseError":
      case "AI_TypeValidationError":
        return garbled(name);
      case "AI_InvalidResponseDataError":
      case "AI_EmptyResponseBodyError":
        return unavailable("cut", cutMessage(name));
      case "AI_UnsupportedFunctionalityError":
      case "AI_InvalidPromptError":
      case "AI_InvalidArgumentError":
      case "AI_NoSuchModelError":
        return {
          kind: "invalid",
          code: "ai-sdk-model/refused",
          message: `${name} cannot take this request: ${brief(error.message, context)}`,
        };
      case "AI_LoadAPIKeyError":
        return denied(`${name} has no key: ${brief(error.message, context)}`);
      case "AI_APICallError":
        return unavailable(
          "unreachable",
          `${name} cannot be reached: ${brief(error.message, context)}. Check the network, then try again.`,
        );
    }
    if (isNetworkCode(stringIn(error, "code"))) {
      return unavailable("unreachable", `${name} cannot be reached: ${brief(error.message, context)}. Check the network, then try again.`);
    }
  }
  return undefined;
}

/** What a provider says of itself inside a stream or a body: `{ message, type?, code? }`, bare or under `error`. */
function reported(value: unknown, context: FailureContext): Failure | undefined {
  if (value instanceof Error) return undefined;
  const detail = detailOf(value);
  if (detail.message === "") return undefined;
  const status = statusOf(detail);
  if (status !== undefined) return refusal(status, detail, {}, context);
  return unavailable("unavailable", `${context.name} failed in the middle of its answer: ${brief(detail.message, context)}. Try again.`);
}

function statusOf({ code, type }: Detail): number | undefined {
  const number = Number(code);
  if (number >= 400 && number < 600) return number;
  const words = `${code} ${type}`;
  if (/quota|billing|balance/.test(words)) return 402;
  if (/rate_?limit|too_many/.test(words)) return 429;
  if (/authentication|invalid_api_key|permission/.test(words)) return 401;
  if (/not_found/.test(words)) return 404;
  if (/invalid_request|context_length/.test(words)) return 400;
  return undefined;
}

const unknown = (thrown: unknown, context: FailureContext): Failure => ({
  kind: "defect",
  code: "ai-sdk-model/defect",
  message: `The request to ${context.name} failed for a reason that Dispatch does not know: ${brief(thrown instanceof Error ? thrown.message : String(thrown), context)}`,
});

type Headers = { readonly [name: string]: string | undefined };
interface Detail {
  readonly message: string;
  readonly code: string;
  readonly type: string;
}

function detailOf(value: unknown): Detail {
  const body = fieldOf(value, "responseBody");
  const told = typeof body === "string" ? parsed(body) : undefined;
  const inside = fieldOf(value, "error") ?? fieldOf(told, "error") ?? told ?? value;
  if (typeof inside === "string") return { message: inside, code: "", type: "" };
  const text = (name: string) => String(fieldOf(inside, name) ?? "");
  return { message: text("message") || text("detail") || (stringIn(value, "message") ?? ""), code: text("code"), type: text("type") };
}

const headersOf = (error: unknown): Headers => (fieldOf(error, "responseHeaders") ?? {}) as Headers;

const causesMax = 8;
function causes(thrown: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error && chain.length < causesMax; error = error.cause) chain.push(error);
  return chain;
}

const isNetworkCode = (code: string | undefined): boolean =>
  code !== undefined && /^(E[A-Z_]{3,}|UND_ERR_|Connection|FailedToOpen|DNS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/.test(code);

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown })[name] : undefined;
const numberIn = (value: unknown, name: string): number | undefined => {
  const field = fieldOf(value, name);
  return typeof field === "number" ? field : undefined;
};
const stringIn = (value: unknown, name: string): string | undefined => {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : undefined;
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const briefCharsMax = 300;
/** Clean before it is cut: half a secret is one too. */
const brief = (text: string, { secrets }: FailureContext): string => {
  const line = withoutSecrets(text, secrets).replace(/\s+/g, " ").trim().replace(/\.$/, "");
  return line.length <= briefCharsMax ? line : `${line.slice(0, briefCharsMax)}…`;
};

/** A local server takes any key, such as `x`: one so short is blotted out where it stands alone, or no message could be read. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== "")
    .reduce((clean, secret) => clean.replaceAll(secret.length < secretCharsMin ? alone(secret) : secret, "***"), text);
}

const secretCharsMin = 8;
const alone = (word: string): RegExp => new RegExp(`(?<![\\w-])${RegExp.escape(word)}(?![\\w-])`, "g");

const unavailable = (what: string, message: string): Failure => ({ kind: "unavailable", code: `ai-sdk-model/${what}`, message });
const denied = (message: string): Failure => ({ kind: "denied", code: "ai-sdk-model/denied", message });
const garbled = (name: string): Failure =>
  unavailable("garbled", `${name} sent something that is no chat stream. Try again; if it stays, choose another provider.`);
const cutMessage = (name: string): string => `The answer of ${name} ended before it was complete. Try again.`;
