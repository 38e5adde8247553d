import ChartColumn from "@lucide/svelte/icons/chart-column";
import LayoutGrid from "@lucide/svelte/icons/layout-grid";
import ListTree from "@lucide/svelte/icons/list-tree";
import PanelRight from "@lucide/svelte/icons/panel-right";
import ShieldQuestion from "@lucide/svelte/icons/shield-question-mark";
import SlidersHorizontal from "@lucide/svelte/icons/sliders-horizontal";
import type { Component } from "svelte";
import type { Client } from "../store/client.svelte.ts";

/** A view beside the transcript. It is loaded when it is first shown. */
export interface View {
  /** In the address: `#v=<id>`, or `#v=<id>.<part>` for a part of it. */
  readonly id: string;
  readonly title: string;
  readonly icon: Component<{ class?: string }>;
  /** `side`: beside the transcript where there is room. `main`: in its place. */
  readonly place: "side" | "main";
  /** Where its button stands: with the conversation, or at the foot of the list of conversations. */
  readonly offered: "conversation" | "list";
  /** How much in it waits for a person. */
  badge?(client: Client): number;
  load(): Promise<{ readonly default: Component<{ client: Client }> }>;
}

/** In the order in which they are offered. */
export const views: readonly View[] = [
  {
    id: "approvals",
    title: "Approvals",
    icon: ShieldQuestion,
    place: "side",
    offered: "conversation",
    badge: ({ approvals }) => approvals.count,
    load: () => import("./approvals/approvals.svelte"),
  },
  {
    id: "surfaces",
    title: "Surfaces",
    icon: PanelRight,
    place: "side",
    offered: "conversation",
    load: () => import("./surfaces/surfaces.svelte"),
  },
  {
    id: "traces",
    title: "Traces",
    icon: ListTree,
    place: "main",
    offered: "conversation",
    load: () => import("./traces/traces.svelte"),
  },
  {
    id: "observatory",
    title: "Observatory",
    icon: ChartColumn,
    place: "main",
    offered: "list",
    load: () => import("./observatory/observatory.svelte"),
  },
  {
    id: "workspaces",
    title: "Workspaces",
    icon: LayoutGrid,
    place: "main",
    offered: "list",
    load: () => import("./workspaces/workspaces.svelte"),
  },
  {
    id: "settings",
    title: "Settings",
    icon: SlidersHorizontal,
    place: "main",
    offered: "list",
    load: () => import("./settings/settings.svelte"),
  },
];

/** `undefined`: the transcript alone. */
export const viewOf = (viewId: string | undefined): View | undefined => views.find(({ id }) => id === viewId?.split(".", 1)[0]);
