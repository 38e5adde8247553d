import type { ClientFrame, ServerFrame } from "@dispatch/transport-contract";
import type { SurfaceCatalogEntry, SurfaceSpec } from "@dispatch/ui-contract";
import { SvelteMap } from "svelte/reactivity";

interface Watched {
  readonly surfaceId: string;
  readonly conversationId: string | undefined;
  watchers: number;
}

type SurfaceFrame = Extract<ServerFrame, { type: "catalog" | "surface" | "update" | "error" }>;

/** The surfaces that something on the page shows, kept up to date while it does. */
export class Surfaces {
  catalog = $state.raw<readonly SurfaceCatalogEntry[]>([]);
  /** The server has told what there is. */
  told = $state(false);
  readonly #specs = new SvelteMap<string, SurfaceSpec>();
  /** Why the server does not show one, by its id. */
  readonly #faults = new SvelteMap<string, string>();
  readonly #watched = new Map<string, Watched>();
  readonly #send: (frame: ClientFrame) => void;
  /** A new connection knows every subscription before its first catalog. */
  #isSubscribed = true;

  /** `send` drops what cannot be sent now: everything is subscribed again on every connection. */
  constructor(send: (frame: ClientFrame) => void) {
    this.#send = send;
  }

  spec(surfaceId: string, conversationId?: string): SurfaceSpec | undefined {
    return this.#specs.get(keyOf(surfaceId, conversationId));
  }

  fault(surfaceId: string): string | undefined {
    return this.#faults.get(surfaceId);
  }

  /** Until the returned function is called. A surface of the server takes no conversation. */
  watch(surfaceId: string, conversationId?: string): () => void {
    const key = keyOf(surfaceId, conversationId);
    const known = this.#watched.get(key);
    if (known === undefined) {
      this.#watched.set(key, { surfaceId, conversationId, watchers: 1 });
      this.#subscribe("subscribe", surfaceId, conversationId);
    } else known.watchers += 1;
    return () => this.#leave(key);
  }

  retry(surfaceId: string): void {
    this.#faults.delete(surfaceId);
    this.#subscribeAgain((one) => one === surfaceId);
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
    this.#faults.clear();
    this.#subscribeAgain(() => true);
    this.#isSubscribed = true;
  }

  take(frame: SurfaceFrame): void {
    switch (frame.type) {
      case "catalog":
        this.#offer(frame.catalog);
        return;
      case "surface":
        this.#put(frame.spec, frame.conversationId);
        return;
      case "update":
        this.#put(frame.update.spec, frame.update.conversationId);
        return;
      case "error":
        if (frame.surfaceId !== undefined) this.#faults.set(frame.surfaceId, frame.message);
    }
  }

  /** The server forgets who looked at a surface that goes: one that comes back is asked for anew. */
  #offer(catalog: readonly SurfaceCatalogEntry[]): void {
    const before = new Set(this.catalog.map(({ id }) => id));
    this.catalog = catalog;
    this.told = true;
    const isNew = (surfaceId: string) => !before.has(surfaceId) && catalog.some(({ id }) => id === surfaceId);
    if (!this.#isSubscribed) this.#subscribeAgain(isNew);
    this.#isSubscribed = false;
  }

  /** What echoes another conversation than the one that is looked at is late; what echoes none is meant for the one that is. */
  #put(spec: SurfaceSpec, conversationId: string | undefined): void {
    const key = keyOf(spec.id, conversationId);
    const meant = this.#watched.has(key) || conversationId !== undefined ? key : this.#latestKey(spec.id);
    if (meant === undefined || !this.#watched.has(meant)) return;
    this.#specs.set(meant, spec);
    this.#faults.delete(spec.id);
  }

  #latestKey(surfaceId: string): string | undefined {
    const last = [...this.#watched.values()].findLast((one) => one.surfaceId === surfaceId);
    return last === undefined ? undefined : keyOf(surfaceId, last.conversationId);
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

  #subscribeAgain(which: (surfaceId: string) => boolean): void {
    for (const { surfaceId, conversationId } of this.#watched.values())
      if (which(surfaceId)) this.#subscribe("subscribe", surfaceId, conversationId);
  }

  #subscribe(type: "subscribe" | "unsubscribe", surfaceId: string, conversationId: string | undefined): void {
    this.#send({ type, surfaceId, ...(conversationId === undefined ? {} : { conversationId }) });
  }
}

const keyOf = (surfaceId: string, conversationId: string | undefined): string => `${surfaceId}\n${conversationId ?? ""}`;
