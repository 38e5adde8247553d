import { type Clock, Fault, type Json, type Message, type Write } from "@dispatch/kernel";
import type { ErrorChunk, QueuedMessage, StepMetrics, TurnMetrics } from "@dispatch/wire";
import type { ConversationRecord, ConversationState, ConversationWriter, Fold, LogBase, OpenTurn, TailItem } from "./contract.ts";
import { SeatLost, StaleFold } from "./faults.ts";
import type { GroupCommit, Member, Share } from "./group-commit.ts";
import { interruptedStep } from "./interrupted-step.ts";
import { keys } from "./keys.ts";
import type { Loaded, StoredFold, StoredTurn } from "./load.ts";
import { archiveRecord, blankRecord } from "./records.ts";
import { type ChunkRow, rowsOf, weightOf } from "./rows.ts";
import { titleOf, untitled } from "./title.ts";

export interface WriterPorts {
  readonly clock: Clock;
  newId(): string;
}

interface LogReader {
  /** The last stored `seq` that any of these messages has, looked for behind `afterSeq`. */
  lastSeqOf(messageIds: ReadonlySet<string>, base: LogBase | undefined, afterSeq: number): Promise<number | undefined>;
}

interface Landing {
  resolve(): void;
  reject(fault: Fault): void;
}

/** The one writer of a conversation. What is staged shows in `state` at once; a commit lands all of it or breaks the writer. */
export class Writer<E> implements ConversationWriter<E> {
  readonly state: ConversationState;
  readonly #id: string;
  readonly #group: GroupCommit;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #lastSeqOf: LogReader["lastSeqOf"];
  readonly #handOn: (events: readonly E[]) => void;
  readonly #member: Member = { take: (tailRow) => this.#take(tailRow), landed: () => this.#land(), failed: (fault) => this.#fail(fault) };

  #record: ConversationRecord | undefined;
  readonly #messages: Message[];
  #latestSeq: number;
  #weight: number;
  #fold: StoredFold | undefined;
  #open: StoredTurn | undefined;
  #tail: readonly TailItem[];
  #queue: { readonly n: number; readonly message: QueuedMessage }[];
  #queuedNext: number;
  #turns: number;
  readonly #seat: { readonly was: number | undefined; readonly mine: number; taken: boolean };

  #writes: Write[] = [];
  #events: E[] = [];
  #items: TailItem[] = [];
  #tailDropped = false;
  #landings: Landing[] = [];
  #recordChanged = false;
  #openChanged = false;
  #underWay: { readonly events: readonly E[]; readonly landings: readonly Landing[] } = { events: [], landings: [] };
  #broken: Fault | undefined;
  readonly #breaking = new AbortController();

  constructor(
    loaded: Loaded,
    seat: number,
    group: GroupCommit,
    { clock, newId, lastSeqOf }: WriterPorts & LogReader,
    handOn: (events: readonly E[]) => void,
  ) {
    this.#id = loaded.id;
    this.#group = group;
    this.#clock = clock;
    this.#newId = newId;
    this.#lastSeqOf = lastSeqOf;
    this.#handOn = handOn;
    this.#record = loaded.record;
    this.#messages = [...loaded.messages];
    this.#latestSeq = loaded.latestSeq;
    this.#weight = loaded.messages.reduce((sum, message) => sum + weightOf(message), 0);
    this.#fold = loaded.fold;
    this.#open = loaded.open;
    this.#tail = loaded.tail;
    this.#queue = [...loaded.queue];
    this.#queuedNext = (loaded.queue.at(-1)?.n ?? 0) + 1;
    this.#turns = loaded.turns;
    this.#seat = { was: loaded.seat, mine: seat, taken: false };
    this.state = this.#view();
  }

  #view(): ConversationState {
    const writer = this;
    return {
      messages: writer.#messages,
      get record() {
        return writer.#record;
      },
      get latestSeq() {
        return writer.#latestSeq;
      },
      get open() {
        return writer.#open;
      },
      get tail() {
        return writer.#tail;
      },
      get queue() {
        return writer.#queue.map(({ message }) => message);
      },
      get weight() {
        return writer.#weight;
      },
    };
  }

  get fault(): Fault | undefined {
    return this.#broken;
  }

  get broken(): AbortSignal {
    return this.#breaking.signal;
  }

  get waiting(): number {
    return this.#events.length + this.#underWay.events.length;
  }

  note(event: E, item?: TailItem): void {
    this.#events.push(event);
    if (item !== undefined) this.keep(item);
  }

  keep(item: TailItem): void {
    const last = this.#items.at(-1);
    // Pieces of one text join, so that a tail row costs what it holds and not what a delta weighs.
    if (last !== undefined && last.type === item.type && "text" in last && "text" in item)
      this.#items[this.#items.length - 1] = { type: last.type, text: last.text + item.text };
    else this.#items.push(item);
  }

  change(change: Partial<Omit<ConversationRecord, "id" | "createdAt">>): void {
    this.#record = { ...(this.#record ?? blankRecord(this.#id, this.#clock.now())), ...change };
    this.#recordChanged = true;
  }

  openTurn(open: Omit<OpenTurn, "promptId" | "promptSeq" | "steps" | "resumes">, prompt: Message): OpenTurn {
    const opened = { ...open, promptId: prompt.id, promptSeq: this.#latestSeq + 1, steps: [], resumes: 0, tailFrom: 0 };
    this.#open = opened;
    this.#dropTail();
    this.#openChanged = true;
    this.append(prompt);
    return opened;
  }

  changeTurn(change: Partial<Pick<OpenTurn, "resumes" | "stopRequested">>): void {
    if (this.#open === undefined) return;
    this.#open = { ...this.#open, ...change };
    this.#openChanged = true;
  }

  append(message: Message): void {
    for (const row of rowsOf(message)) this.#appendRow(row);
    if (message.parts.length > 0) this.#messages.push(message);
    this.#weight += weightOf(message);
    const title = this.#record === undefined || this.#record.title === untitled ? titleOf(message) : undefined;
    this.change({ lastActivityAt: this.#clock.now(), ...(title === undefined ? {} : { title }) });
  }

  #appendRow(row: ChunkRow): void {
    this.#latestSeq++;
    this.#writes.push({ put: keys.chunk(this.#id, this.#latestSeq), value: row as unknown as Json });
  }

  settle(messages: readonly Message[], step?: StepMetrics): void {
    this.#dropTail();
    for (const message of messages) this.append(message);
    if (step === undefined || this.#open === undefined) return;
    this.#open = { ...this.#open, steps: [...this.#open.steps, step] };
    this.#openChanged = true;
  }

  settleTail(mark: ErrorChunk, required: boolean): void {
    const messages = interruptedStep(this.#tail, mark, this.#newId);
    const stepId = `${this.#open?.turnId ?? ""}#${this.#open?.steps.length ?? 0}`;
    const told = this.#tail.findLast((item) => item.type === "usage")?.usage;
    // The step counts, so that the next one does not take its id.
    if (messages.length > 0) this.settle(messages, { stepId, usage: told ?? { inputTokens: 0, outputTokens: 0 } });
    else if (required) this.settle([{ id: this.#newId(), role: "assistant", parts: [{ chunk: mark }] }]);
    else this.#dropTail();
  }

  async fold({ summary, upToMessageId, archiveId }: Fold): Promise<{ readonly messagesFolded: number; readonly messagesKept: number }> {
    const named = this.#messages.findIndex(({ id }) => id === upToMessageId);
    // A call and its results stand on one side.
    const next = this.#messages.findIndex(({ role }, index) => index > named && role !== "tool");
    const last = next === -1 ? this.#messages.length - 1 : next - 1;
    const folded = new Set(this.#messages.slice(0, last + 1).map(({ id }) => id));
    const upToSeq = (await this.#lastSeqOf(folded, this.#record?.base, this.#fold?.upToSeq ?? 0)) ?? this.#fold?.upToSeq;
    if (named === -1 || upToSeq === undefined) throw new StaleFold(this.#id, upToMessageId);
    this.#archive(archiveId);
    for (const row of rowsOf(summary)) this.#appendRow({ ...row, covers: upToSeq });
    this.#fold = { upToSeq, summarySeq: this.#latestSeq };
    this.#writes.push({ put: keys.fold(this.#id), value: this.#fold as unknown as Json });
    this.#messages.splice(0, last + 1, summary);
    this.#weight = this.#messages.reduce((sum, message) => sum + weightOf(message), 0);
    this.change({ compactedFrom: archiveId });
    return { messagesFolded: folded.size, messagesKept: this.#messages.length - 1 };
  }

  #archive(archiveId: string): void {
    const base = { conversationId: this.#id, upToSeq: this.#latestSeq, turns: this.#turns };
    const archive = archiveRecord(archiveId, this.#record ?? blankRecord(this.#id, this.#clock.now()), base);
    this.#writes.push({ put: keys.record(archiveId), value: archive as unknown as Json }, { put: keys.seat(archiveId), value: 0 });
    if (this.#fold !== undefined) this.#writes.push({ put: keys.fold(archiveId), value: this.#fold as unknown as Json });
  }

  seal(metrics: TurnMetrics): void {
    this.#dropTail();
    this.#open = undefined;
    this.#openChanged = true;
    this.#turns++;
    this.#writes.push({ put: keys.turn(this.#id, this.#turns), value: metrics as unknown as Json });
  }

  #dropTail(): void {
    this.#tailDropped = true;
    this.#items = [];
    this.#tail = [];
  }

  enqueue(message: QueuedMessage): void {
    const n = this.#queuedNext++;
    this.#queue.push({ n, message });
    this.#writes.push({ put: keys.queued(this.#id, n), value: message as unknown as Json });
  }

  dequeue(messageIds: readonly string[]): void {
    const gone = this.#queue.filter(({ message }) => messageIds.includes(message.id));
    this.#queue = this.#queue.filter((queued) => !gone.includes(queued));
    for (const { n } of gone) this.#writes.push({ remove: keys.queued(this.#id, n) });
  }

  schedule(when: "now" | "soon"): void {
    if (this.#broken === undefined) this.#group.enlist(this.#member, when);
  }

  landed(when: "now" | "soon"): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#landings.push({ resolve, reject });
    this.schedule(when);
    return promise;
  }

  #take(tailRow: number): Share {
    this.#underWay = { events: this.#events, landings: this.#landings };
    const share = { conversationId: this.#id, items: this.#items, settled: this.#tailDropped };
    const writes = this.#writes;
    this.#events = [];
    this.#landings = [];
    this.#items = [];
    this.#writes = [];
    if (this.#recordChanged) writes.push({ put: keys.record(this.#id), value: this.#record as unknown as Json });
    if (this.#openChanged || this.#tailDropped) writes.push(this.#openWrite(tailRow));
    this.#recordChanged = false;
    this.#openChanged = false;
    this.#tailDropped = false;
    if (writes.length === 0 && share.items.length === 0) return { ...share, writes };
    const seat = keys.seat(this.#id);
    if (this.#seat.taken) return { ...share, writes: [{ check: seat, is: this.#seat.mine }, ...writes] };
    // A refused commit breaks the writer, so the seat counts as taken from here on.
    this.#seat.taken = true;
    return { ...share, writes: [{ check: seat, is: this.#seat.was }, { put: seat, value: this.#seat.mine }, ...writes] };
  }

  #openWrite(tailRow: number): Write {
    if (this.#open === undefined) return { remove: keys.open(this.#id) };
    if (this.#tailDropped) this.#open = { ...this.#open, tailFrom: tailRow };
    return { put: keys.open(this.#id), value: this.#open as unknown as Json };
  }

  #land(): void {
    const { events, landings } = this.#underWay;
    this.#underWay = { events: [], landings: [] };
    if (events.length > 0) this.#handOn(events);
    for (const { resolve } of landings) resolve();
  }

  #fail(fault: Fault): void {
    this.#broken = Fault.is(fault) && fault.code === "store/conflict" ? new SeatLost(this.#id, fault) : fault;
    for (const { reject } of [...this.#underWay.landings, ...this.#landings]) reject(this.#broken);
    this.#landings = [];
    this.#underWay = { events: [], landings: [] };
    this.#breaking.abort(this.#broken);
  }
}
