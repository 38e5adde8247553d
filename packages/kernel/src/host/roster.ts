import type { TokenId } from "../contracts/token.ts";

/** Who registers: the extension, and its place in the order of activation. */
export interface Member {
  readonly id: string;
  readonly rank: number;
}

export interface Entry<T> {
  readonly by: Member;
  readonly value: T;
}

/**
 * What was registered under each token, in the order of activation and not of time: an extension that registers late still stands in its place.
 * Lists are replaced, never changed, so whoever walks one is not disturbed by what comes and goes.
 */
export class Roster<T> {
  readonly #lists = new Map<TokenId, readonly Entry<T>[]>();

  all(token: TokenId): readonly Entry<T>[] {
    return this.#lists.get(token) ?? [];
  }

  add(token: TokenId, by: Member, value: T): () => void {
    const entry = { by, value };
    const list = this.all(token);
    const behind = list.findIndex((other) => other.by.rank > by.rank);
    const at = behind === -1 ? list.length : behind;
    this.#lists.set(token, [...list.slice(0, at), entry, ...list.slice(at)]);
    return () => {
      const left = this.all(token).filter((other) => other !== entry);
      this.#lists.set(token, left);
    };
  }
}
