import type { ClientFrame, ServerFrame } from "@dispatch/transport-contract";
import type { SurfaceCatalogEntry, SurfaceSpec } from "@dispatch/ui-contract";
import { SvelteMap } from "svelte/reactivity";

interface Watched {
  readonly surfaceId: string;
  readonly conversationId: string | undefined;
  watchers: number;
}

/** The surfaces that something on the page shows, kept up to date while it does. */
export class Surfaces {
  catalog = $state.raw<readonly SurfaceCatalogEntry[]>([]);
  readonly #specs = new SvelteMap<string, SurfaceSpec>();
  readonly #watched = new Map<string, Watched>();
  readonly #send: (frame: ClientFrame) => void;

  /** `send` drops what cannot be sent now: everything is subscribed again on every connection. */
  constructor(send: (frame: ClientFrame) => void) {
    this.#send = send;
  }

  spec(surfaceId: string, conversationId?: string): SurfaceSpec | undefined {
    return this.#specs.get(keyOf(surfaceId, conversationId));
  }

  /** Until the returned function is called. */
  watch(surfaceId: string, conversationId?: string): () => void {
    const key = keyOf(surfaceId, conversationId);
    const known = this.#watched.get(key);
    if (known === undefined) {
      this.#watched.set(key, { surfaceId, conversationId, watchers: 1 });
      this.#subscribe("subscribe", surfaceId, conversationId);
    } else known.watchers += 1;
    return () => this.#leave(key);
  }

  invoke(surfaceId: string, actionId: string, payload: unknown, conversationId?: string): void {
    this.#send({
      type: "invoke",
      surfaceId,
      actionId,
      ...(payload === undefined ? {} : { payload }),
      ...(conversationId === undefined ? {} : { conversationId }),
    });
  }

  connected(): void {
    for (const { surfaceId, conversationId } of this.#watched.values()) this.#subscribe("subscribe", surfaceId, conversationId);
  }

  take(frame: Extract<ServerFrame, { type: "catalog" | "surface" | "update" }>): void {
    if (frame.type === "catalog") this.catalog = frame.catalog;
    else if (frame.type === "surface") this.#put(frame.spec, frame.conversationId);
    else this.#put(frame.update.spec, frame.update.conversationId);
  }

  #put(spec: SurfaceSpec, conversationId: string | undefined): void {
    const key = keyOf(spec.id, conversationId);
    if (this.#watched.has(key)) this.#specs.set(key, spec);
  }

  #leave(key: string): void {
    const known = this.#watched.get(key);
    if (known === undefined) return;
    known.watchers -= 1;
    if (known.watchers > 0) return;
    this.#watched.delete(key);
    this.#specs.delete(key);
    this.#subscribe("unsubscribe", known.surfaceId, known.conversationId);
  }

  #subscribe(type: "subscribe" | "unsubscribe", surfaceId: string, conversationId: string | undefined): void {
    this.#send({ type, surfaceId, ...(conversationId === undefined ? {} : { conversationId }) });
  }
}

const keyOf = (surfaceId: string, conversationId: string | undefined): string => `${surfaceId}\n${conversationId ?? ""}`;
