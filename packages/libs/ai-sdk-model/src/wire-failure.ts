/** What went wrong between us and a provider, said by `providerFetch` so that nobody has to guess it from error codes. */
export type WireTrouble =
  /** No connection came about. */
  | "unreachable"
  /** The connection broke in the middle of an answer. */
  | "lost"
  /** Not a byte for longer than the limit. */
  | "silent"
  /** A line that is longer than any event. */
  | "endless"
  /** HTTP 200 with a web page. */
  | "page"
  /** HTTP 200 with JSON where a stream was due: nearly always an error. */
  | "no-stream";

export class WireFailure extends Error {
  override readonly name = "WireFailure";
  readonly trouble: WireTrouble;
  /** The first of what was sent instead, where something was. */
  readonly body: string;

  constructor(trouble: WireTrouble, message: string, options: { readonly cause?: unknown; readonly body?: string } = {}) {
    super(message, { cause: options.cause });
    this.trouble = trouble;
    this.body = options.body ?? "";
  }
}
