import { setImmediate as later } from "node:timers/promises";
import type { ServerFrame } from "@dispatch/transport-contract";
import type { Peer, Socket } from "@dispatch/transport-http/contract";

/** A socket whose client takes as much as the test says. */
export class FakeSocket implements Socket {
  readonly texts: string[] = [];
  readonly packets: number[] = [];
  pings = 0;
  waitingBytes = 0;
  /** More is dropped. */
  room = Number.POSITIVE_INFINITY;
  closing: { readonly code: number; readonly reason: string } | undefined;
  peer: Peer | undefined;

  get frames(): readonly ServerFrame[] {
    return this.texts.map((text) => JSON.parse(text) as ServerFrame);
  }

  of<Type extends ServerFrame["type"]>(type: Type): readonly Extract<ServerFrame, { readonly type: Type }>[] {
    return this.frames.filter((frame) => frame.type === type) as never;
  }

  send(frame: string): boolean {
    if (this.closing !== undefined || this.texts.length >= this.room) return false;
    this.texts.push(frame);
    return true;
  }
  together(send: () => void): void {
    const before = this.texts.length;
    send();
    this.packets.push(this.texts.length - before);
  }
  ping(): void {
    this.pings += 1;
  }
  close(code: number, reason: string): void {
    if (this.closing !== undefined) return;
    this.closing = { code, reason };
    this.peer?.closed();
  }
}

/** Resolves when every promise that can settle has settled. */
export const settled = (): Promise<void> => later();
