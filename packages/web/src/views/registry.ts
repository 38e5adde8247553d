import type { Component } from "svelte";
import type { Client } from "../store/client.svelte.ts";

/** A view beside the transcript. It is loaded when it is first shown. */
export interface View {
  /** In the address: `#v=<id>`. */
  readonly id: string;
  readonly title: string;
  readonly icon: Component<{ class?: string }>;
  /** `side`: beside the transcript where there is room. `main`: in its place. */
  readonly place: "side" | "main";
  load(): Promise<{ readonly default: Component<{ client: Client }> }>;
}

/** In the order in which they are offered. */
export const views: readonly View[] = [];

export const viewOf = (id: string | undefined): View | undefined => views.find((view) => view.id === id);
