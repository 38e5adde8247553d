import type { StoredChunk } from "@dispatch/wire";
import type { LogWindow } from "../protocol/api.ts";
import { reachBack } from "./reach.ts";

/** A place that somebody wants to see: a row, and the words that were looked for. */
export interface Target {
  readonly key: string;
  /** In lower case. */
  readonly words: readonly string[];
}

export interface ReachingPorts {
  /** The first seq that is known. */
  first(): number | undefined;
  log(window: LogWindow): Promise<readonly StoredChunk[]>;
  /** Gives the first seq that is known then. */
  take(chunks: readonly StoredChunk[]): number | undefined;
  /** Of the row that shows a chunk. */
  keyOf(seq: number): string | undefined;
  failed(thrown: unknown): void;
}

/** Brings a chunk of a log into sight, however far up it stands. The latest wish counts. */
export class Reaching {
  /** Where the transcript shall go next; whoever goes there clears it. */
  target = $state.raw<Target>();
  underWay = $state(false);
  readonly #ports: ReachingPorts;
  #wanted: { readonly seq: number; readonly words: readonly string[] } | undefined;

  constructor(ports: ReachingPorts) {
    this.#ports = ports;
  }

  /** Goes there once `go` is called: a log that is not read yet leads nowhere. */
  want(seq: number, words: readonly string[]): void {
    this.#wanted = { seq, words };
  }

  async go(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === undefined || this.underWay) return;
    this.underWay = true;
    try {
      await reachBack(wanted.seq, this.#ports.first(), this.#ports);
      const key = this.#ports.keyOf(wanted.seq);
      if (key !== undefined && wanted === this.#wanted) this.target = { key, words: wanted.words };
    } catch (thrown) {
      this.#ports.failed(thrown);
    } finally {
      this.underWay = false;
    }
    if (wanted === this.#wanted) this.#wanted = undefined;
    else await this.go();
  }
}
