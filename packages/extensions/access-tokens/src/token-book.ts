import type { Clock, Store } from "@dispatch/kernel";
import type { Admission } from "@dispatch/transport-http/contract";
import { nameTaken, tooManyTokens, unknownToken } from "./faults.ts";
import { idOfKey, keyOf, type StoredToken, storedToken, tokenKeys } from "./stored-token.ts";
import { hashOf, idOf, isSame, newToken } from "./token-text.ts";

const tokensMax = 1_000;
/** How exactly the last use is kept: no request waits for it, and a busy token costs a commit a minute. */
const usedToMs = 60_000;
/** An expired token is listed for so long, then forgotten. */
const shownAfterExpiryMs = 30 * 86_400_000;

export interface TokenBookPorts {
  readonly store: Store;
  readonly clock: Clock;
  /** From now on the text is a secret that this process knows, until it is disposed. */
  keep(text: string): Disposable;
  /** The last use of a token could not be stored. */
  failed(thrown: unknown): void;
}

export interface ListedToken extends Omit<StoredToken, "hash"> {
  readonly id: string;
  readonly expired: boolean;
}

interface Held {
  readonly id: string;
  stored: StoredToken;
  readonly digest: Buffer;
  readonly life: AbortController;
  /** Known in the clear since it was made or first used. */
  known?: Disposable;
  /** Of what the store has; what is newer waits in memory. */
  writtenUseAt: number;
}

export interface Wish {
  readonly name: string;
  readonly readonly: boolean;
  readonly lifeMs: number | undefined;
  readonly createdBy: string;
}

const nobody = Buffer.alloc(32);

/** All tokens, in memory: a request is let in without a look into the store. */
export class TokenBook implements Disposable {
  readonly #ports: TokenBookPorts;
  readonly #max: number;
  readonly #held = new Map<string, Held>();
  /** One change at a time, so that none is lost between another's look and its commit. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: TokenBookPorts, max: number = tokensMax) {
    this.#ports = ports;
    this.#max = max;
  }

  async load(): Promise<void> {
    for await (const { key, value } of this.#ports.store.scan(tokenKeys)) {
      const stored = storedToken(value);
      if (stored !== undefined) this.#hold(idOfKey(key), stored);
    }
    this.expire();
  }

  /** Takes the same time for every wrong token, whether its id is known or not. */
  authenticate(text: string): Admission | undefined {
    const held = this.#held.get(idOf(text) ?? "");
    const isRight = isSame(hashOf(text), held?.digest ?? nobody);
    if (held === undefined || !isRight || held.life.signal.aborted || this.#isExpired(held)) return undefined;
    held.known ??= this.#ports.keep(text);
    this.#used(held);
    return { name: held.stored.name, readOnly: held.stored.readonly, ended: held.life.signal };
  }

  list(): readonly ListedToken[] {
    const listed = [...this.#held.values()].map((held) => this.#listed(held));
    return listed.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Faults: `access-tokens/name-taken` (conflict), `access-tokens/too-many-tokens` (limited). */
  create(wish: Wish): Promise<{ readonly token: ListedToken; readonly secret: string }> {
    return this.#inTurn(async () => {
      if (this.#find(wish.name) !== undefined) throw nameTaken(wish.name);
      if (this.#held.size >= this.#max) throw tooManyTokens(this.#max);
      const { id, text } = this.#fresh();
      const { name, readonly, createdBy, lifeMs } = wish;
      const createdAt = this.#ports.clock.now();
      const expiresAt = lifeMs === undefined ? null : createdAt + lifeMs;
      const stored: StoredToken = {
        name,
        readonly,
        createdAt,
        createdBy,
        expiresAt,
        lastUsedAt: null,
        hash: hashOf(text).toString("hex"),
      };
      await this.#ports.store.commit([
        { check: keyOf(id), is: undefined },
        { put: keyOf(id), value: { ...stored } },
      ]);
      const held = this.#hold(id, stored);
      held.known = this.#ports.keep(text);
      return { token: this.#listed(held), secret: text };
    });
  }

  /** By id or by name. What it opened is closed when this resolves. Faults: `access-tokens/unknown-token` (missing). */
  revoke(idOrName: string): Promise<{ readonly id: string; readonly name: string }> {
    return this.#inTurn(async () => {
      const held = this.#held.get(idOrName) ?? this.#find(idOrName);
      if (held === undefined) throw unknownToken();
      await this.#ports.store.commit([{ remove: keyOf(held.id) }]);
      this.#forget(held);
      return { id: held.id, name: held.stored.name };
    });
  }

  /** Ends what has expired. Gives the time until the next does, in milliseconds; `Infinity`: none will. */
  expire(): number {
    const now = this.#ports.clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const held of this.#held.values()) {
      const { expiresAt } = held.stored;
      if (expiresAt === null) continue;
      if (this.#isExpired(held)) held.life.abort();
      else nextMs = Math.min(nextMs, expiresAt - now);
      if (now - expiresAt > shownAfterExpiryMs) void this.revoke(held.id).catch(this.#ports.failed);
    }
    return nextMs;
  }

  [Symbol.dispose](): void {
    for (const { known } of this.#held.values()) known?.[Symbol.dispose]();
  }

  #listed({ id, stored: { hash: _, ...told }, ...held }: Held): ListedToken {
    return { id, ...told, expired: held.life.signal.aborted || (told.expiresAt !== null && told.expiresAt <= this.#ports.clock.now()) };
  }

  #isExpired({ stored: { expiresAt } }: Held): boolean {
    return expiresAt !== null && expiresAt <= this.#ports.clock.now();
  }

  #find(name: string): Held | undefined {
    return this.#held.values().find((held) => held.stored.name === name);
  }

  #fresh(): ReturnType<typeof newToken> {
    const fresh = newToken();
    return this.#held.has(fresh.id) ? this.#fresh() : fresh;
  }

  #hold(id: string, stored: StoredToken): Held {
    const held: Held = {
      id,
      stored,
      digest: Buffer.from(stored.hash, "hex"),
      life: new AbortController(),
      writtenUseAt: stored.lastUsedAt ?? 0,
    };
    this.#held.set(id, held);
    return held;
  }

  #forget(held: Held): void {
    this.#held.delete(held.id);
    held.life.abort();
    held.known?.[Symbol.dispose]();
  }

  #used(held: Held): void {
    const now = this.#ports.clock.now();
    if (now - held.writtenUseAt < usedToMs) return;
    held.writtenUseAt = now;
    void this.#inTurn(async () => {
      // Revoked while this waited: it must not come back.
      if (!this.#held.has(held.id)) return;
      held.stored = { ...held.stored, lastUsedAt: now };
      await this.#ports.store.commit([{ put: keyOf(held.id), value: { ...held.stored } }]);
    }).catch(this.#ports.failed);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => {});
    return done;
  }
}
