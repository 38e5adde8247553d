import type { ConversationRecord, ConversationState, OpenTurn } from "@dispatch/conversation-store/contract";
import { asFault, type Fault, type TurnOutcome } from "@dispatch/kernel";
import type { AgentEvent, ConversationStatus, QueuedMessage } from "@dispatch/wire";
import { type ActiveTurn, activeTurn, onlyWaits, sealedWithin } from "./active-turn.ts";
import type { FoldedHistory, RecordChange, StartedTurn, Submission, TurnWatch } from "./contract.ts";
import { prepareTurn } from "./desk.ts";
import { driveTurn, type EventWriter, share } from "./drive-turn.ts";
import { TurnRunning } from "./faults.ts";
import { Hub } from "./hub.ts";
import { Mailbox } from "./mailbox.ts";
import type { Ports } from "./ports.ts";
import { joinedText, Queue } from "./queue.ts";
import { replayOf } from "./replay.ts";
import { restoredStep } from "./restored-step.ts";
import { stageTurn } from "./stage-turn.ts";
import { textMessage } from "./text-message.ts";
import { endOf, errorChunk, failureEvents, interruptedMark, metricsOf, outcomeSoFar } from "./turn-end.ts";

/** The one writer of a conversation: calls apply one after another, and one turn runs at a time. */
export class Conversation {
  readonly #id: string;
  readonly #ports: Ports;
  readonly #hub = new Hub();
  readonly #queue: Queue;
  #writer: EventWriter | undefined;
  #turn: ActiveTurn | undefined;
  readonly #calls = new Mailbox();
  /** Why the last turn's end could not be stored. Watchers were told; the log hears of it with the next load. */
  #unstored: Fault | undefined;

  constructor(id: string, ports: Ports) {
    this.#id = id;
    this.#ports = ports;
    this.#queue = new Queue(id, ports);
  }

  get isActive(): boolean {
    return this.#turn !== undefined;
  }
  /** Nobody would notice if this were forgotten. */
  get isIdle(): boolean {
    return this.#turn === undefined && this.#calls.isEmpty && this.#hub.watchers === 0;
  }
  /** A turn runs that goes on by itself, or calls wait that may begin one. */
  get isUnderWay(): boolean {
    return !this.#calls.isEmpty || (this.#turn !== undefined && !onlyWaits(this.#turn, this.#isUnstarted));
  }
  get weight(): number {
    return this.#writer?.state.weight ?? 0;
  }

  /** Takes up a turn that a former process left open. */
  wake(): Promise<void> {
    return this.#apply(async () => {});
  }

  /** Waits for the calls that were made and for the turn that runs then. */
  async rest(): Promise<void> {
    await this.#calls.post(async () => {});
    await this.#turn?.sealed;
  }

  submit(submission: Submission): Promise<StartedTurn> {
    return this.#apply(async (writer) => {
      if (await this.#settling()) throw new TurnRunning(this.#id);
      return this.#ports.takeSubmission({ ...submission, conversationId: this.#id }, (taken) => this.#start(writer, taken));
    });
  }

  enqueue(text: string, workspaceId?: string): Promise<{ readonly startedTurn: boolean; readonly queue: readonly QueuedMessage[] }> {
    return this.#apply(async (writer) => {
      if (!(await this.#settling())) {
        const { events } = await this.#start(writer, { text, workspaceId });
        events[Symbol.dispose]();
        return { startedTurn: true, queue: writer.state.queue };
      }
      return { startedTurn: false, queue: await this.#queue.add(writer, text) };
    });
  }

  cancelQueued(messageId: string): Promise<{ readonly cancelled: boolean; readonly queue: readonly QueuedMessage[] }> {
    return this.#apply((writer) => this.#queue.cancel(writer, messageId));
  }

  queue(): Promise<readonly QueuedMessage[]> {
    return this.#apply(async (writer) => writer.state.queue);
  }

  stop(): Promise<{ readonly abortedTurn: boolean }> {
    return this.#apply((writer) => this.#stop(writer));
  }

  close(): Promise<{ readonly abortedTurn: boolean }> {
    return this.#apply(async (writer) => {
      const stopped = await this.#stop(writer);
      this.#queue.empty(writer);
      writer.change({ status: "closed" });
      await this.#queue.landed(writer);
      this.#tellStatus(writer, "closed");
      this.#ports.workspaces.forget(this.#id);
      return stopped;
    });
  }

  change(change: RecordChange): Promise<ConversationRecord> {
    return this.#apply(async (writer) => {
      writer.change(change);
      await writer.landed("now");
      return writer.state.record as ConversationRecord;
    });
  }

  /** How it stands between two calls. */
  snapshot(): Promise<Pick<ConversationState, "record" | "messages">> {
    return this.#apply(async ({ state }) => ({ record: state.record, messages: [...state.messages] }));
  }

  fold({ summary, upToMessageId }: { readonly summary: string; readonly upToMessageId: string }): Promise<FoldedHistory> {
    return this.#apply(async (writer) => {
      const archiveId = this.#ports.newId();
      const message = textMessage(this.#ports.newId(), "system", summary);
      const counts = await writer.fold({ summary: message, upToMessageId, archiveId });
      await writer.landed("now");
      this.#ports.tell.folded(this.#id, { archiveId, ...counts });
      return { archiveId, ...counts };
    });
  }

  /** Nothing else happens in the conversation meanwhile, and afterwards its log is read anew. Faults: `session-orchestrator/turn-running` (conflict). */
  alone(work: () => Promise<void>): Promise<void> {
    return this.#calls.post(async () => {
      if (await this.#settling()) throw new TurnRunning(this.#id);
      this.#writer = undefined;
      await work();
    });
  }

  watch(): TurnWatch {
    return this.#hub.watch();
  }

  settled(timeoutMs: number, signal: AbortSignal): ReturnType<typeof sealedWithin> {
    return sealedWithin(this.#turn, timeoutMs, this.#ports.clock, signal);
  }

  #apply<T>(work: (writer: EventWriter) => Promise<T>): Promise<T> {
    return this.#calls.post(async () => work(await this.#load()));
  }

  async #load(): Promise<EventWriter> {
    // A broken writer's turn ends first: it may leave a whole one.
    if (this.#writer?.fault !== undefined) await this.#turn?.sealed;
    if (this.#writer !== undefined && this.#writer.fault === undefined) return this.#writer;
    const writer = await this.#ports.log.write(this.#id, this.#handOn);
    if (writer.state.open !== undefined) await this.#takeUp(writer, writer.state.open);
    this.#writer = writer;
    return writer;
  }

  readonly #handOn = (events: Parameters<Hub["push"]>[0]) => this.#hub.push(events);
  readonly #isUnstarted = (toolCallId: string) => this.#ports.isUnstarted(this.#id, toolCallId);

  /** Waits for a seal that is under way. True: a turn runs. */
  async #settling(): Promise<boolean> {
    while (this.#turn?.phase === "sealing") await this.#turn.sealed;
    return this.#turn !== undefined;
  }

  async #start(writer: EventWriter, submission: Submission): Promise<StartedTurn> {
    const turn = activeTurn(stageTurn(writer, this.#id, submission, this.#ports));
    const events = this.#hub.watch(true);
    try {
      await writer.landed("now");
    } catch (thrown) {
      events[Symbol.dispose]();
      throw thrown;
    }
    this.#go(writer, turn);
    return { conversationId: this.#id, turnId: turn.turnId, events };
  }

  #go(writer: EventWriter, turn: ActiveTurn): void {
    this.#turn = turn;
    this.#ports.tell.turnStarted(this.#id, turn.turnId);
    this.#tellStatus(writer, "active");
    turn.sealed = this.#run(writer, turn);
  }

  /** Never rejects: whatever happens, the turn is sealed, or left open because the server leaves. */
  async #run(writer: EventWriter, turn: ActiveTurn): Promise<void> {
    const open = writer.state.open;
    if (open === undefined) return;
    const { turnId, restored } = turn;
    let started = open.resumes > 0 || restored !== undefined;
    try {
      const signal = AbortSignal.any([turn.abort.signal, this.#ports.leaving, writer.broken]);
      const waiting = (is: boolean) => this.#tellWaiting(writer, turn, is);
      const prepared = await prepareTurn(this.#ports, writer.state, open, signal, { waiting, restored });
      turn.modelName = prepared.context.modelName;
      started = true;
      const takeSteering = async () => (turn.stopped ? undefined : this.#queue.take(writer));
      const outcome = await driveTurn(prepared, writer, this.#ports, { takeSteering, calls: turn.calls });
      if (outcome !== undefined) await this.#seal(writer, turn, outcome);
    } catch (thrown) {
      if (this.#ports.leaving.aborted) return;
      const fault = asFault(thrown, "session-orchestrator/turn");
      if (fault.kind === "defect") this.#ports.journal.error("turn-failed", { turnId, error: fault.message });
      await this.#sealFailed(writer, turn, this.#ports.masking.fault(fault), started);
    }
  }

  /** The turn's end, and the next turn's beginning when messages wait, land together: no crash comes between them. */
  async #seal(writer: EventWriter, turn: ActiveTurn, outcome: TurnOutcome): Promise<void> {
    turn.phase = "sealing";
    this.#tellWaiting(writer, turn, false);
    const metrics = metricsOf(turn.turnId, outcome);
    const waiting = turn.stopped ? undefined : joinedText(writer.state.queue);
    writer.seal(metrics);
    this.#note(writer, { type: "turn-sealed", conversationId: this.#id, turnId: turn.turnId });
    if (waiting === undefined) writer.change({ status: "idle" });
    else this.#queue.empty(writer);
    const next = waiting === undefined ? undefined : activeTurn(stageTurn(writer, this.#id, { text: waiting }, this.#ports));
    await writer.landed("now");
    this.#ports.tell.turnSealed(this.#id, metrics, turn.modelName, outcome.reason);
    if (next !== undefined) {
      this.#ports.tell.queueChanged(this.#id, writer.state.queue);
      return this.#go(writer, next);
    }
    this.#turn = undefined;
    this.#tellStatus(writer, "idle");
  }

  /** Seals with the fault in the log. When not even that can be stored, watchers are told all the same and the log learns it later. */
  async #sealFailed(failed: EventWriter, turn: ActiveTurn, fault: Fault, started: boolean): Promise<void> {
    const ids = { conversationId: this.#id, turnId: turn.turnId };
    const events = failureEvents(ids, fault, started);
    try {
      const writer = failed.fault === undefined ? failed : await this.#ports.log.write(this.#id, this.#handOn);
      this.#writer = writer;
      writer.settleTail(errorChunk(fault), true);
      for (const event of events) this.#note(writer, event);
      await this.#seal(writer, turn, outcomeSoFar(writer.state, this.#ports.clock.now()));
    } catch (thrown) {
      this.#ports.journal.error("seal-failed", { ...ids, error: asFault(thrown).message });
      this.#writer = undefined;
      this.#unstored = fault;
      this.#hub.push([...events, { type: "turn-sealed", ...ids } as const].map(share));
      this.#turn = undefined;
    }
  }

  /** A turn without an end, found at load: it goes on from its last finished step, or is sealed with the reason why not. */
  async #takeUp(writer: EventWriter, open: OpenTurn): Promise<void> {
    const lost = this.#unstored;
    const ends = endOf(open.resumes, open.stopRequested === true, lost);
    const turn = activeTurn(open.turnId, open.stopRequested);
    if (ends === undefined) turn.restored = restoredStep(writer.state.tail, this.#isUnstarted);
    if (turn.restored === undefined) writer.settleTail(ends?.mark ?? interruptedMark, ends?.mark !== undefined);
    if (lost === undefined) for (const event of replayOf(this.#id, open, writer.state.messages)) this.#note(writer, event);
    if (ends === undefined) {
      // Waiting brought no process down, however often it was interrupted.
      if (turn.restored === undefined) writer.changeTurn({ resumes: open.resumes + 1 });
      await writer.landed("now");
      this.#ports.journal.info("turn-resumed", { conversationId: this.#id, turnId: open.turnId, resumes: open.resumes + 1 });
      this.#go(writer, turn);
      return;
    }
    if (lost === undefined) this.#note(writer, { type: "done", conversationId: this.#id, turnId: open.turnId, reason: ends.reason });
    await this.#seal(writer, turn, outcomeSoFar(writer.state, this.#ports.clock.now(), ends.reason));
    this.#unstored = undefined;
  }

  async #stop(writer: EventWriter): Promise<{ readonly abortedTurn: boolean }> {
    await this.#settling();
    const turn = this.#turn;
    if (turn === undefined) return { abortedTurn: false };
    turn.stopped = true;
    writer.changeTurn({ stopRequested: true });
    writer.schedule("now");
    turn.abort.abort();
    await turn.sealed;
    return { abortedTurn: true };
  }

  /** `queued` is broadcast alone, and `active` always follows it. */
  #tellWaiting(writer: EventWriter, turn: ActiveTurn, is: boolean): void {
    if (turn.waiting === is || this.#turn !== turn) return;
    turn.waiting = is;
    this.#tellStatus(writer, is ? "queued" : "active");
  }

  #note(writer: EventWriter, event: AgentEvent): void {
    writer.note(share(event));
  }

  #tellStatus(writer: EventWriter, status: ConversationStatus): void {
    this.#ports.tell.statusChanged(this.#id, status, writer.state.record?.workspaceId ?? "default");
  }
}
