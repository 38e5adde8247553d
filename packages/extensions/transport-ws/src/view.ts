import type { SurfaceSpec } from "@dispatch/ui-contract";
import { frameText } from "./server-frames.ts";

/** A client that looks at surfaces. */
export interface Viewer {
  push(text: string): void;
}

/** One surface of one conversation, as clients look at it. */
export class View {
  readonly surfaceId: string;
  readonly conversationId: string | undefined;
  readonly viewers = new Set<Viewer>();
  reading = false;
  /** Those who wait for an answer to `subscribe`. */
  #joining = new Set<Viewer>();
  #changed = false;

  constructor(surfaceId: string, conversationId: string | undefined) {
    this.surfaceId = surfaceId;
    this.conversationId = conversationId;
  }

  get isStale(): boolean {
    return this.#changed || this.#joining.size > 0;
  }

  join(viewer: Viewer): void {
    this.viewers.add(viewer);
    this.#joining.add(viewer);
  }

  change(): void {
    this.#changed = true;
  }

  /** What there is to be told, which then is no more. */
  take(): { readonly joining: ReadonlySet<Viewer>; readonly changed: boolean } {
    const taken = { joining: this.#joining, changed: this.#changed };
    this.#joining = new Set();
    this.#changed = false;
    return taken;
  }

  /**
   * Who joins gets the answer, everybody else the update, if there is one; who has joined since then waits for the next answer. Throws when
   * the spec is no JSON.
   */
  tell(spec: SurfaceSpec, joining: ReadonlySet<Viewer>, changed: boolean): void {
    const { surfaceId, conversationId } = this;
    const echo = conversationId === undefined ? {} : { conversationId };
    const surface = joining.size > 0 ? frameText({ type: "surface", spec, ...echo }) : "";
    const update = changed ? frameText({ type: "update", update: { surfaceId, spec, ...echo } }) : "";
    for (const viewer of this.viewers) {
      if (joining.has(viewer)) viewer.push(surface);
      else if (changed && !this.#joining.has(viewer)) viewer.push(update);
    }
  }
}
