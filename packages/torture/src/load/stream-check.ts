import { StampReader } from "@dispatch/bench";

/** What one watcher has seen of one turn. The bytes are searched, not parsed: a thousand watchers share the machine with the server. */
export class StreamCheck {
  readonly #deltas: number;
  readonly #stamps = new StampReader();
  #trouble: string | undefined;
  #ended = false;

  /** The turn streams so many stamped deltas. */
  constructor(deltas: number) {
    this.#deltas = deltas;
  }

  /** The JSON of an event, or a whole line of several. */
  see(json: string): void {
    this.#stamps.push(json, () => {});
    if (json.includes('"type":"error"')) this.#trouble ??= `an error was told: ${json.slice(0, 500)}`;
    if (json.includes('"type":"done"') && !json.includes('"reason":"stop"')) this.#trouble ??= `it ended otherwise: ${json.slice(0, 500)}`;
    if (json.includes('"type":"turn-sealed"')) this.#ended = true;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get problem(): string | undefined {
    if (this.#trouble !== undefined) return this.#trouble;
    if (!this.#ended) return "its end was not seen";
    const { count, outOfOrder } = this.#stamps;
    return count === this.#deltas && outOfOrder === 0 ? undefined : `${count} of ${this.#deltas} deltas, ${outOfOrder} out of order`;
  }
}
