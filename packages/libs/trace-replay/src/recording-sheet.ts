import type { Clock, ModelPart } from "@dispatch/kernel";
import type { AgentEvent } from "@dispatch/wire";
import type { RecordedEnd, RecordedEvent, RecordedGift, RecordedHead, RecordedInput, RecordedMisfit, RecordedPage } from "./recording.ts";

/** Of one loop's recording, in characters of texts: what is longer is marked incomplete and kept no further. */
export const recordingCharsMax: number = 8 * 1024 * 1024;
const inputOverheadChars = 32;
const deltaOverheadChars = 8;

type Delta = Extract<ModelPart, { type: "text-delta" | "reasoning-delta" }>;
interface DeltaRun {
  readonly ms: number;
  readonly out: number;
  readonly kind: "text" | "reasoning";
  readonly texts: string[];
  readonly times: number[];
}

/** The page that is being written, and the clock that stands still between two inputs. */
export class RecordingSheet {
  readonly #clock: Clock;
  readonly #keep: (page: RecordedPage) => void;
  readonly #startedAt: number;
  #page: Draft;
  #head: RecordedHead | undefined;
  #now: number | undefined;
  #deltaAt = 0;
  #chars = 0;
  #isFull = false;
  /** Deltas of the model whose events are still to come. */
  readonly #coming: Delta[] = [];
  #events = 0;
  #itemsOut = 0;
  #isHeld = false;
  #hasStep = false;

  constructor(head: RecordedHead, clock: Clock, keep: (page: RecordedPage) => void) {
    this.#head = head;
    this.#clock = clock;
    this.#keep = keep;
    this.#page = emptyDraft();
    this.#startedAt = clock.monotonic();
  }

  /** The loop's clock. */
  read(): number {
    this.#now ??= this.#clock.monotonic();
    this.#page.readings.push(this.#now);
    return this.#now;
  }

  id(id: string): string {
    this.#page.ids.push(id);
    return id;
  }

  random(value: number): number {
    this.#page.randoms.push(value);
    return value;
  }

  takenCallId(id: string): void {
    this.#page.takenCallIds.push(id);
  }

  misfit(misfit: RecordedMisfit): void {
    this.#page.misfits.push(misfit);
  }

  /** The consumer asks for the next item. */
  asked(): void {
    this.#isHeld = false;
    this.#now = undefined;
  }

  part(part: ModelPart): void {
    if (part.type === "text-delta" || part.type === "reasoning-delta") {
      if (part.text !== "") this.#coming.push(part);
      if (part.providerMetadata === undefined && !this.#isHeld) {
        this.#delta(part);
        return;
      }
    }
    this.given({ kind: "part", part }, sizeOf(part));
  }

  given(gift: RecordedGift, chars = 0): void {
    const ms = this.#tick();
    if (!this.#hasRoom(chars + inputOverheadChars)) return;
    this.#page.inputs.push({ ms, out: this.#itemsOut, ...(this.#isHeld ? { held: true } : {}), ...gift });
  }

  /** An item came out: an event, or the messages of a step that has ended. */
  out(event: AgentEvent | undefined, resultText: string | undefined): void {
    this.#isHeld = true;
    this.#itemsOut += 1;
    if (event === undefined) {
      this.#hasStep = true;
      return;
    }
    this.#events += 1;
    if (this.#isFull) return;
    const { events } = this.#page;
    const next = this.#coming[0];
    if ((event.type === "text-delta" || event.type === "reasoning-delta") && next?.type === event.type && next.text === event.delta) {
      this.#coming.shift();
      const last = events.at(-1);
      if (typeof last === "number") events[events.length - 1] = last + 1;
      else events.push(1);
      return;
    }
    if (event.type !== "tool-result") events.push(event);
    else if (event.content === resultText) events.push({ ...event, content: 0 });
    else if (this.#hasRoom(event.content.length)) events.push(event);
  }

  /** A step has ended and another begins. */
  turnPage(): void {
    if (this.#hasStep) this.#close({});
  }

  end(reason: string): void {
    const end: RecordedEnd = { ...(this.#isFull ? { incomplete: true } : {}), reason, events: this.#events };
    this.#close({ end });
  }

  #delta({ type, text }: Delta): void {
    const before = this.#deltaAt;
    this.#now = this.#clock.monotonic();
    this.#deltaAt = this.#now;
    if (!this.#hasRoom(text.length + deltaOverheadChars)) return;
    const kind = type === "text-delta" ? "text" : "reasoning";
    const last = this.#page.run;
    if (last !== undefined && last.kind === kind && last === this.#page.inputs.at(-1)) {
      last.texts.push(text);
      last.times.push(Math.round((this.#now - before) * 1_000));
      return;
    }
    this.#page.run = { ms: this.#since(this.#now), out: this.#itemsOut, kind, texts: [text], times: [0] };
    this.#page.inputs.push(this.#page.run);
  }

  #tick(): number {
    this.#now = this.#clock.monotonic();
    return this.#since(this.#now);
  }

  #since(at: number): number {
    return Math.round((at - this.#startedAt) * 1_000) / 1_000;
  }

  #hasRoom(chars: number): boolean {
    this.#chars += chars;
    if (this.#chars > recordingCharsMax) this.#isFull = true;
    return !this.#isFull;
  }

  #close(more: { readonly end?: RecordedEnd }): void {
    const { run: _, ...page } = this.#page;
    this.#page = emptyDraft();
    this.#hasStep = false;
    const head = this.#head;
    this.#head = undefined;
    this.#keep({ v: 1, ...(head === undefined ? {} : { head }), ...page, ...more });
  }
}

interface Draft {
  readonly inputs: RecordedInput[];
  readonly readings: number[];
  readonly ids: string[];
  readonly randoms: number[];
  readonly takenCallIds: string[];
  readonly misfits: RecordedMisfit[];
  readonly events: RecordedEvent[];
  run?: DeltaRun;
}

const emptyDraft = (): Draft => ({ inputs: [], readings: [], ids: [], randoms: [], takenCallIds: [], misfits: [], events: [] });

function sizeOf(part: ModelPart): number {
  switch (part.type) {
    case "text-delta":
    case "reasoning-delta":
      return part.text.length + sizeOfJson(part.providerMetadata);
    case "tool-call":
      return part.inputText.length + sizeOfJson(part.providerMetadata);
    case "tool-input-delta":
      return part.text.length;
    default:
      return inputOverheadChars;
  }
}

/** What JSON cannot hold weighs nothing here: whoever writes the page finds out. */
function sizeOfJson(value: unknown): number {
  try {
    return JSON.stringify(value)?.length ?? 0;
  } catch {
    return 0;
  }
}
