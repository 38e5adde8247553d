import type { Component } from "svelte";
import type { Client } from "../../store/client.svelte.ts";
import ApprovalsField from "../approvals/approvals-field.svelte";
import QueueField from "./queue-field.svelte";
import TableField from "./table-field.svelte";
import TodoField from "./todo-field.svelte";
import WarmingTimer from "./warming-timer.svelte";

export interface CustomProps {
  readonly client: Client;
  readonly payload: unknown;
}

interface Renderer {
  readonly component: Component<CustomProps>;
  /** It shows what its surface has; the plain fields beside it are for clients that lack it. */
  readonly isWhole?: true;
}

const renderers: ReadonlyMap<string, Renderer> = new Map<string, Renderer>([
  ["table", { component: TableField }],
  ["message-queue", { component: QueueField }],
  ["todo", { component: TodoField }],
  ["cache-warming-timer", { component: WarmingTimer }],
  ["approvals", { component: ApprovalsField, isWhole: true }],
]);

export const rendererOf = (rendererId: string): Renderer | undefined => renderers.get(rendererId);
