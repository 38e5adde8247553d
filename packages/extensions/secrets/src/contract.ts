import { defineService, type ServiceToken } from "@dispatch/kernel";

/** What no prompt, journal, trace, export or error may hold: keys, tokens, passwords. */
export interface Secrets {
  /** Every known value, longest first. The same list until it changes. */
  values(): readonly string[];
  /** Without known values and without whatever has the shape of a secret. For what is kept, exported or told. What holds none passes unchanged. */
  mask(text: string): string;
  /** Without known values alone: for what a model reads, where a file must come through as it is. */
  maskKnown(text: string): string;
  /** The same for every string in a value of JSON, keys too. The same object when it holds none. */
  maskKnownIn<T>(value: T): T;
  /** The same for one text that comes in pieces: a value that is cut in two is masked too. */
  pieces(): TextPieces;
  /** From now on this value is one of them too, until it is disposed. Blank ones are not. */
  keep(value: string): Disposable;
}
export interface TextPieces {
  /** What of the text so far can be told now. The rest may be the beginning of a value. */
  push(piece: string): string;
  /** What still waits for a piece that did not come. */
  end(): string;
}
export const Secrets: ServiceToken<Secrets> = defineService<Secrets>("secrets/secrets");
