import { isIP } from "node:net";
import type { Clock } from "@dispatch/kernel";

/** Wrong tokens of one address that cost nothing: a client whose token was changed asks a few times before somebody sees it. */
export const freeGuessesMax = 10;
const firstWaitMs = 1_000;
export const waitMsMax = 60_000;
/** An address that was quiet for so long begins anew. */
const forgottenAfterMs = 10 * 60_000;
export const addressesMax = 10_000;

interface Guesser {
  readonly guesses: number;
  readonly lastAt: number;
  /** Until then nothing that it gives is looked at. */
  readonly heldUntil: number;
}

/** Slows down whoever tries tokens, by address: nobody else has to wait for it. */
export class Throttle {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #guessers = new Map<string, Guesser>();

  constructor(clock: Clock, max: number = addressesMax) {
    this.#clock = clock;
    this.#max = max;
  }

  /** 0: nothing has gone wrong yet, so that nobody needs to look up an address. */
  get size(): number {
    return this.#guessers.size;
  }

  /** How long the address must wait; 0: it need not. */
  waitMs(address: string): number {
    const heldUntil = this.#guessers.get(networkOf(address))?.heldUntil ?? 0;
    return Math.max(0, heldUntil - this.#clock.now());
  }

  /** A wrong token came from the address. `true`: from now on it waits. */
  guessed(address: string): boolean {
    const key = networkOf(address);
    const now = this.#clock.now();
    const before = this.#guessers.get(key);
    const guesses = before === undefined || now - before.lastAt > forgottenAfterMs ? 1 : before.guesses + 1;
    const beyond = guesses - freeGuessesMax;
    const waitMs = beyond <= 0 ? 0 : Math.min(waitMsMax, firstWaitMs * 2 ** Math.min(beyond - 1, 16));
    // Set anew, the address is the youngest of the map: the eldest make room.
    this.#guessers.delete(key);
    this.#guessers.set(key, { guesses, lastAt: now, heldUntil: now + waitMs });
    if (this.#guessers.size > this.#max) this.#dropEldest();
    return waitMs > 0;
  }

  #dropEldest(): void {
    const [eldest] = this.#guessers.keys();
    if (eldest !== undefined) this.#guessers.delete(eldest);
  }
}

/** Whoever has one IPv6 address has all of its /64. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, "")).join(":");
}
