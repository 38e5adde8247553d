import type { Fault, FaultKind, TurnItem, TurnOutcome } from "@dispatch/kernel";
import type { AgentEvent } from "@dispatch/wire";
import { Player } from "./player.ts";
import type { RecordedGift, RecordedInput, RecordedPage } from "./recording.ts";
import type { TurnLoop } from "./turn-loop.ts";

export interface PlayPorts {
  readonly loop: TurnLoop;
  /** Resolves in a task of its own, when every promise that could settle has settled. */
  atRest(): Promise<void>;
  fault(kind: FaultKind, code: `${string}/${string}`, message: string): Fault;
}

export interface Played {
  readonly items: readonly TurnItem[];
  readonly outcome?: TurnOutcome;
  /** Why what was recorded could not be given to the end. */
  readonly stuck?: string;
}

/** Runs the loop again on what a recording says that it was given. Nothing is asked, nothing is run. Throws only what `atRest` throws, which ends it. */
export async function playRecording(pages: readonly RecordedPage[], ports: PlayPorts): Promise<Played> {
  const head = pages[0]?.head;
  if (head === undefined) return { items: [], stuck: "The recording has no beginning." };
  const player = new Player(head, pages, ports.fault);
  const consumer = new Consumer(ports.loop(player.turn, player.ports));
  try {
    const inputs = pages.flatMap(({ inputs }) => inputs.flatMap(single));
    const unfit = await giveAll(inputs, player, consumer, () => ports.atRest());
    // Of a turn whose process was killed nothing more was recorded: what comes then is its end.
    const isWhole = pages.at(-1)?.end !== undefined;
    const stuck = unfit ?? (isWhole && !consumer.isOver ? "The turn waits for more than was recorded." : undefined);
    const { items, outcome } = consumer;
    return { items, ...(outcome === undefined ? {} : { outcome }), ...(stuck === undefined ? {} : { stuck }) };
  } finally {
    consumer.leave();
    player.end();
  }
}

/** Why an input could not be given. */
async function giveAll(
  inputs: readonly Single[],
  player: Player,
  consumer: Consumer,
  atRest: () => Promise<void>,
): Promise<string | undefined> {
  for (const [index, input] of inputs.entries()) {
    await atRest();
    while (consumer.mayAsk && (input.held ? consumer.items.length < input.out : consumer.items.length <= input.out)) {
      consumer.ask();
      await atRest();
    }
    // What came when the turn was over changed nothing: the events say whether it was over too soon.
    if (consumer.isOver) return undefined;
    if (input.kind === "leave") return void consumer.leave();
    if (!player.give(input)) return `Nobody waited for input ${index + 1} of ${inputs.length} (${input.kind}).`;
  }
  await atRest();
  while (consumer.mayAsk) {
    consumer.ask();
    await atRest();
  }
  return undefined;
}

/** The one who pulls the items: a step at a time, so that inputs come between two of them as they did. */
class Consumer {
  readonly #running: ReturnType<TurnLoop>;
  readonly items: TurnItem[] = [];
  outcome: TurnOutcome | undefined;
  #isWaiting = false;
  #isOver = false;

  constructor(running: ReturnType<TurnLoop>) {
    this.#running = running;
    this.ask();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get mayAsk(): boolean {
    return !this.#isWaiting && !this.#isOver;
  }

  ask(): void {
    this.#isWaiting = true;
    void this.#running.next().then(({ done, value }) => {
      this.#isWaiting = false;
      if (!done) return void this.items.push(value);
      this.#isOver = true;
      this.outcome = value;
    });
  }

  leave(): void {
    this.#isOver = true;
    void this.#running.return(undefined as never);
  }
}

export type Single = { readonly ms: number; readonly out: number; readonly held?: true } & Exclude<
  RecordedGift,
  { readonly kind: "text" | "reasoning" }
>;

/** The inputs that a run of deltas stands for. */
function single(input: RecordedInput): readonly Single[] {
  if (input.kind !== "text" && input.kind !== "reasoning") return [input as Single];
  const type = input.kind === "text" ? "text-delta" : "reasoning-delta";
  // Of those that follow the first it is known that the consumer had taken all there was.
  return input.texts.map((text, index): Single => {
    return { ms: input.ms, out: index === 0 ? input.out : Number.POSITIVE_INFINITY, kind: "part", part: { type, text } };
  });
}

export const eventsOf = (items: readonly TurnItem[]): readonly AgentEvent[] => items.filter((item) => item.type !== "step-settled");
