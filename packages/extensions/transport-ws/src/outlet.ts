import type { SharedEvent } from "@dispatch/session-orchestrator/contract";
import type { Socket } from "@dispatch/transport-http/contract";
import { deltaText } from "./server-frames.ts";

/** While more waits for a client, its turns wait too: what they say stays in the hub, once for all. */
const waitingBytesMax = 1024 * 1024;
/** What leaves through one socket, in the order in which it was handed over. */
export class Outlet {
  readonly #socket: Socket;
  readonly #overflow: () => void;
  #room: PromiseWithResolvers<void> | undefined;
  #moved = true;

  /** `overflow` is called when a frame was dropped because too much waits: from then on the client has a gap. */
  constructor(socket: Socket, overflow: () => void) {
    this.#socket = socket;
    this.#overflow = overflow;
  }

  push(text: string): void {
    if (!this.#socket.send(text)) this.#overflow();
  }

  /** Resolves when there is room for more. `undefined`: at once, so that a quick client costs no promise. */
  stream(events: readonly SharedEvent[]): Promise<void> | undefined {
    let isWhole = true;
    this.#socket.together(() => {
      for (const shared of events) isWhole = this.#socket.send(deltaText(shared)) && isWhole;
    });
    if (!isWhole) this.#overflow();
    return this.#isFull ? this.#untilRoom() : undefined;
  }

  /** The client has taken something. */
  drained(): void {
    this.#moved = true;
    if (this.#room === undefined || this.#isFull) return;
    this.#room.resolve();
    this.#room = undefined;
  }

  /** Nobody waits for room any more. */
  closed(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** Much waits, and nothing was taken since this was last asked. */
  isStuck(): boolean {
    const stuck = this.#isFull && !this.#moved;
    this.#moved = false;
    return stuck;
  }

  get #isFull(): boolean {
    return this.#socket.waitingBytes > waitingBytesMax;
  }

  #untilRoom(): Promise<void> {
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }
}
