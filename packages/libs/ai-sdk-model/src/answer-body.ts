import { EventJoin } from "./event-join.ts";
import { type Held, HeldBack } from "./held-back.ts";
import { MeasuredRate, type ReadRate } from "./read-rate.ts";
import type { Reader } from "./reader.ts";
import { WireFailure } from "./wire-failure.ts";

/** The HTTP exchange that a body belongs to. */
export interface Exchange {
  /** When bytes last came, in monotonic time; infinity while nobody reads. */
  note(nowMs: number): void;
  /** The body is over. */
  close(): void;
  /** Nobody wants the rest: ends the HTTP request. */
  end(): void;
  /** What to say of a read that failed. */
  failure(thrown: unknown): unknown;
}

/**
 * A provider's body on its way to the SDK, watched for silence. Calm, it passes as it came. While the process is busy, text that is not the
 * first of its answer waits for more of its kind, with which it is joined, and the end of a complete body waits a little longer: see `ReadRate`; everything else is handed on at once.
 */
export function answerBody(
  body: ReadableStream<Uint8Array>,
  exchange: Exchange,
  isStream: boolean,
  rate: ReadRate = processRate,
): ReadableStream<Uint8Array> {
  const source = new AnswerSource(body.getReader(), exchange, isStream, rate);
  return new ReadableStream<Uint8Array>(
    { start: () => void source.pump(), pull: (to) => source.pull(to), cancel: () => source.cancel() },
    { highWaterMark: 0 },
  );
}

const encoder = new TextEncoder();
const processRate = new MeasuredRate();
const heldBack = new HeldBack((lateMs) => processRate.late(lateMs));

class AnswerSource implements Held {
  readonly #reader: Reader<Uint8Array>;
  readonly #exchange: Exchange;
  readonly #isStream: boolean;
  readonly #rate: ReadRate;
  readonly #join = new EventJoin();
  #handedAt = Number.NEGATIVE_INFINITY;
  /** What waits has waited long enough. */
  #isDue = false;
  #over: { readonly failure?: unknown } | undefined;
  #wakeTaker: (() => void) | undefined;
  #wakePump: (() => void) | undefined;

  constructor(reader: Reader<Uint8Array>, exchange: Exchange, isStream: boolean, rate: ReadRate) {
    this.#reader = reader;
    this.#exchange = exchange;
    this.#isStream = isStream;
    this.#rate = rate;
  }

  async pump(): Promise<void> {
    try {
      await this.#readAll();
      this.#over = {};
      this.#exchange.close();
    } catch (thrown) {
      this.#over = { failure: thrown instanceof WireFailure ? thrown : this.#exchange.failure(thrown) };
      this.#exchange.end();
    }
    heldBack.drop(this);
    this.#wakeTaker?.();
  }

  async pull(to: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (!this.#isDue && this.#over === undefined) await new Promise<void>((wake) => (this.#wakeTaker = wake));
    const over = this.#over;
    const text = over === undefined ? this.#join.take() : this.#join.takeLast();
    this.#isDue = false;
    this.#handedAt = performance.now();
    this.#wakePump?.();
    if (text !== "") return to.enqueue(encoder.encode(text));
    if (over?.failure !== undefined) return to.error(over.failure);
    if (this.#rate.endHoldMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#rate.endHoldMs));
    to.close();
  }

  async cancel(): Promise<void> {
    this.#wakePump?.();
    this.#exchange.end();
    await this.#reader.cancel();
  }

  release(nowMs: number): boolean {
    if (this.#join.length === 0) return true;
    if (this.#join.mayWait && nowMs - this.#handedAt < this.#rate.holdMs) return false;
    this.#isDue = true;
    this.#wakeTaker?.();
    return true;
  }

  async #readAll(): Promise<void> {
    let isFirst = this.#isStream;
    let lineBytes = 0;
    let readBytes = 0;
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done || value === undefined) return;
      const now = performance.now();
      this.#exchange.note(now);
      if (isFirst && isBody(value)) throw await this.#insteadOfStream(value);
      isFirst = false;
      const lineEnd = value.lastIndexOf(newline);
      lineBytes = value.length - 1 - lineEnd + (lineEnd < 0 ? lineBytes : 0);
      // Whoever reads a line holds all of it.
      if (lineBytes > lineBytesMax) throw new WireFailure("endless", `sent a line of more than ${lineBytesMax / 1_048_576} MiB`);
      this.#rate.count(now);
      this.#join.push(value, this.#rate.holdMs > 0);
      if (!this.release(now)) heldBack.hold(this);
      if (this.#join.length > unreadLengthMax) await this.#untilTaken();
      // Of a refusal the beginning says enough.
      readBytes += value.length;
      if (!this.#isStream && readBytes > strangeBodyLengthMax) return this.#exchange.end();
    }
  }

  /** A slow taker is not a silent provider. */
  async #untilTaken(): Promise<void> {
    this.#exchange.note(Number.POSITIVE_INFINITY);
    await new Promise<void>((wake) => (this.#wakePump = wake));
    this.#exchange.note(performance.now());
  }

  async #insteadOfStream(first: Uint8Array): Promise<WireFailure> {
    const decoder = new TextDecoder();
    let body = decoder.decode(first, { stream: true });
    while (body.length < strangeBodyLengthMax) {
      const { done, value } = await this.#reader.read();
      if (done || value === undefined) break;
      this.#exchange.note(performance.now());
      body += decoder.decode(value, { stream: true });
    }
    return new WireFailure(body.trimStart().startsWith("<") ? "page" : "no-stream", "the answer is no stream", { body });
  }
}

/** An event stream begins with a field's name or a colon; JSON and HTML betray themselves by their first character, whatever their headers say. */
function isBody(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b || first === 0x5b || first === 0x3c; // { [ <
}

const newline = 0x0a;
/** A whole file that a tool shall write stands in one line. */
const lineBytesMax = 32 * 1024 * 1024;
const strangeBodyLengthMax = 65_536;
/** More than this is not read ahead of a slow taker. */
const unreadLengthMax = 262_144;
