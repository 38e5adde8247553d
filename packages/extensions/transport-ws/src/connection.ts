import { asFault, type Fault } from "@dispatch/kernel";
import type { Act, Caller } from "@dispatch/op-registry/contract";
import type { Conversations } from "@dispatch/session-orchestrator/contract";
import type { SurfaceRegistry } from "@dispatch/surface-registry/contract";
import type { ReceivedFrame, ServerFrame } from "@dispatch/transport-contract";
import type { Peer, Socket } from "@dispatch/transport-http/contract";
import { Chat } from "./chat.ts";
import { type Closing, closings } from "./closings.ts";
import { readOnly, tooManyFrames, tooManySubscriptions } from "./faults.ts";
import { Outlet } from "./outlet.ts";
import { readFrame, refusalOf } from "./read-frame.ts";
import { frameText } from "./server-frames.ts";
import type { SurfaceViews } from "./surface-views.ts";

export const subscriptionsMax = 512;
/** Frames whose work is not done yet. */
export const framesInHandMax = 128;

export interface ConnectionPorts {
  readonly conversations: Conversations;
  readonly registry: SurfaceRegistry;
  readonly views: SurfaceViews;
  newId(): string;
  /** What a client may know of a throw; the rest goes to the journal. */
  tell(thrown: unknown, about: string): Fault;
  /** The same of a refusal that quotes what came. */
  mask(frame: ServerFrame): ServerFrame;
  /** Whatever a client asked for that is no reading. */
  acted(act: Act): void;
  /** An action said no: clients hear nothing of it, the journal does. */
  actionFailed(surfaceId: string, actionId: string, fault: Fault): void;
  opened(connection: Connection): void;
  closed(connection: Connection): void;
}

/** What the audit log calls the frames that are no reading. */
const acts = {
  invoke: "surfaces.invoke",
  "chat.send": "chat.send",
  "chat.queue": "chat.queue",
  "chat.queue.cancel": "chat.queue-cancel",
} as const satisfies { readonly [type in ActFrame["type"]]: Act["what"] };
type ActFrame = Extract<ReceivedFrame, { readonly type: "invoke" | "chat.send" | "chat.queue" | "chat.queue.cancel" }>;

/** One client. */
export class Connection implements Peer {
  readonly #ports: ConnectionPorts;
  readonly #caller: Caller;
  #open: { readonly socket: Socket; readonly outlet: Outlet; readonly chat: Chat } | undefined;
  #inHand = 0;
  #heard = true;

  constructor(ports: ConnectionPorts, caller: Caller) {
    this.#ports = ports;
    this.#caller = caller;
  }

  opened(socket: Socket): void {
    const outlet = new Outlet(socket, () => this.close(closings.tooSlow));
    const { conversations, newId } = this.#ports;
    const chat = new Chat({
      conversations,
      outlet,
      newId,
      assertRoom: () => this.#assertRoom(),
      lost: (thrown) => this.#lost(thrown),
    });
    this.#open = { socket, outlet, chat };
    this.#ports.opened(this);
  }

  received(text: string | undefined): void {
    this.#heard = true;
    const reading = readFrame(text);
    if ("refusal" in reading) this.#answer(this.#ports.mask(reading.refusal));
    else this.#take(reading.frame);
  }

  answered(): void {
    this.#heard = true;
  }

  drained(): void {
    this.#open?.outlet.drained();
  }

  closed(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    open.chat[Symbol.dispose]();
    open.outlet.closed();
    this.#ports.views.leaveAll(this);
    this.#ports.closed(this);
  }

  get subscriptions(): number {
    return (this.#open?.chat.subscriptions ?? 0) + this.#ports.views.subscriptions(this);
  }

  /** A frame as text, so that it is built once for all who get it. */
  push(text: string): void {
    this.#open?.outlet.push(text);
  }

  close({ code, reason }: Closing): void {
    this.#open?.socket.close(code, reason);
  }

  /** From time to time: asks whether the client is still there, and ends a connection that takes nothing or says nothing. */
  check(): void {
    const { outlet, socket } = this.#open ?? {};
    if (outlet?.isStuck() === true) this.close(closings.tooSlow);
    else if (!this.#heard) this.close(closings.silent);
    else socket?.ping();
    this.#heard = false;
  }

  #take(frame: ReceivedFrame): void {
    try {
      const work = this.#work(frame);
      if (work !== undefined) void this.#finish(frame, work);
    } catch (thrown) {
      this.#refuse(frame, thrown);
    }
  }

  /** What takes its time counts as long as it does. */
  #work(frame: ReceivedFrame): void | Promise<void> {
    const chat = this.#open?.chat;
    if (chat === undefined) return;
    switch (frame.type) {
      case "subscribe":
        return this.#subscribe(frame.surfaceId, frame.conversationId);
      case "unsubscribe":
        return this.#ports.views.unsubscribe(this, frame.surfaceId, frame.conversationId);
      case "chat.subscribe":
        return chat.subscribe(frame.conversationId);
      case "chat.unsubscribe":
        return chat.unsubscribe(frame.conversationId);
    }
    return this.#act(frame, chat);
  }

  /** Told whatever comes of it, to whoever keeps account of changes. */
  async #act(frame: ActFrame, chat: Chat): Promise<void> {
    const act = { what: acts[frame.type], caller: this.#caller, input: frame };
    try {
      if (this.#caller.readOnly === true) throw readOnly();
      if (this.#inHand >= framesInHandMax) throw tooManyFrames(framesInHandMax);
      this.#ports.acted({ ...act, outcome: (await this.#doIt(frame, chat)) ?? "done" });
    } catch (thrown) {
      this.#ports.acted({ ...act, outcome: asFault(thrown).code });
      throw thrown;
    }
  }

  /** Gives the code of a fault that the client hears nothing of. */
  #doIt(frame: ActFrame, chat: Chat): Promise<string | undefined> {
    switch (frame.type) {
      case "invoke":
        return this.#invoke(frame);
      case "chat.send":
        return quiet(chat.send(frame));
      case "chat.queue":
        return quiet(chat.queue(frame));
      case "chat.queue.cancel":
        return quiet(chat.cancel(frame));
    }
  }

  async #finish(frame: ReceivedFrame, work: Promise<void>): Promise<void> {
    this.#inHand += 1;
    try {
      await work;
    } catch (thrown) {
      this.#refuse(frame, thrown);
    } finally {
      this.#inHand -= 1;
    }
  }

  #subscribe(surfaceId: string, conversationId: string | undefined): void {
    const { views } = this.#ports;
    if (!views.has(this, surfaceId, conversationId)) this.#assertRoom();
    views.subscribe(this, surfaceId, conversationId);
  }

  async #invoke({
    surfaceId,
    actionId,
    payload,
    conversationId,
  }: Extract<ReceivedFrame, { readonly type: "invoke" }>): Promise<string | undefined> {
    try {
      await this.#ports.registry.invoke(surfaceId, actionId, payload, conversationId, this.#caller.name);
      return undefined;
    } catch (thrown) {
      const fault = this.#ports.tell(thrown, "invoke");
      if (fault.code.startsWith("surface-registry/")) throw fault;
      this.#ports.actionFailed(surfaceId, actionId, fault);
      return fault.code;
    }
  }

  #assertRoom(): void {
    if (this.subscriptions >= subscriptionsMax) throw tooManySubscriptions(subscriptionsMax);
  }

  #lost(thrown: unknown): void {
    this.#ports.tell(thrown, "chat.delta");
    this.close(closings.tooSlow);
  }

  #refuse(frame: ReceivedFrame, thrown: unknown): void {
    this.#answer(refusalOf(frame.type, frame, this.#ports.tell(thrown, frame.type).message));
  }

  #answer(frame: ServerFrame): void {
    this.push(frameText(frame));
  }
}

/** Without a fault that its client does not hear of. */
const quiet = (work: Promise<void>): Promise<undefined> => work.then(() => undefined);
