import type { SurfaceChange, SurfaceRegistry } from "@dispatch/surface-registry/contract";
import type { ServerFrame } from "@dispatch/transport-contract";
import { frameText } from "./server-frames.ts";
import { View, type Viewer } from "./view.ts";

/** What clients look at: one view for each surface and conversation, read once for all who look at it. */
export class SurfaceViews {
  readonly #registry: SurfaceRegistry;
  readonly #refuse: (thrown: unknown, surfaceId: string) => ServerFrame;
  readonly #views = new Map<string, View>();
  readonly #ofViewers = new Map<Viewer, Set<View>>();

  /** `refuse` makes the frame for those who asked for a surface that there is not. */
  constructor(registry: SurfaceRegistry, refuse: (thrown: unknown, surfaceId: string) => ServerFrame) {
    this.#registry = registry;
    this.#refuse = refuse;
  }

  subscriptions(viewer: Viewer): number {
    return this.#ofViewers.get(viewer)?.size ?? 0;
  }

  has(viewer: Viewer, surfaceId: string, conversationId: string | undefined): boolean {
    return this.#views.get(keyOf(surfaceId, conversationId))?.viewers.has(viewer) === true;
  }

  /** Answers with the spec as it is now; asked again, it answers again. */
  subscribe(viewer: Viewer, surfaceId: string, conversationId: string | undefined): void {
    const key = keyOf(surfaceId, conversationId);
    const view = this.#views.get(key) ?? new View(surfaceId, conversationId);
    const looking = this.#ofViewers.get(viewer) ?? new Set();
    this.#views.set(key, view);
    this.#ofViewers.set(viewer, looking.add(view));
    view.join(viewer);
    void this.#refresh(view);
  }

  unsubscribe(viewer: Viewer, surfaceId: string, conversationId: string | undefined): void {
    const view = this.#views.get(keyOf(surfaceId, conversationId));
    if (view !== undefined) this.#leave(viewer, view);
  }

  leaveAll(viewer: Viewer): void {
    for (const view of this.#ofViewers.get(viewer) ?? []) this.#leave(viewer, view);
  }

  changed({ surfaceId, conversationId }: SurfaceChange): void {
    for (const view of this.#views.values()) {
      if (view.surfaceId !== surfaceId) continue;
      if (conversationId !== undefined && view.conversationId !== conversationId) continue;
      view.change();
      void this.#refresh(view);
    }
  }

  /** Forgets the views of surfaces that have gone: who wants one that comes back asks for it again. */
  keepOnly(surfaceIds: readonly string[]): void {
    for (const view of this.#views.values()) if (!surfaceIds.includes(view.surfaceId)) this.#drop(view);
  }

  #leave(viewer: Viewer, view: View): void {
    view.viewers.delete(viewer);
    const looking = this.#ofViewers.get(viewer);
    if (looking?.delete(view) === true && looking.size === 0) this.#ofViewers.delete(viewer);
    if (view.viewers.size === 0) this.#views.delete(keyOf(view.surfaceId, view.conversationId));
  }

  #drop(view: View): void {
    for (const viewer of view.viewers) this.#leave(viewer, view);
  }

  /** One reading at a time, so that no older state is told after a newer one. What changes meanwhile is read once more. */
  async #refresh(view: View): Promise<void> {
    if (view.reading) return;
    view.reading = true;
    while (view.isStale) {
      const { joining, changed } = view.take();
      try {
        view.tell(await this.#registry.spec(view.surfaceId, view.conversationId), joining, changed);
      } catch (thrown) {
        const refusal = frameText(this.#refuse(thrown, view.surfaceId));
        for (const viewer of joining) viewer.push(refusal);
        this.#drop(view);
      }
    }
    view.reading = false;
  }
}

const keyOf = (surfaceId: string, conversationId: string | undefined): string => `${surfaceId}\n${conversationId ?? ""}`;
