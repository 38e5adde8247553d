import { overlay } from "../../parts/overlay.svelte.ts";
import { theme } from "../../parts/theme.svelte.ts";
import { visible } from "../../parts/visible-text.ts";
import type { Client } from "../../store/client.svelte.ts";
import { sections } from "../settings/sections.ts";
import type { Findable } from "./rank.ts";
import type { PaletteOp } from "./read-ops.ts";

export interface Command extends Findable {
  readonly id: string;
  readonly group: "Do" | "Go to" | "Conversations" | "Ops";
  /** Behind the title, fainter. */
  readonly hint?: string;
  /** An op is filled in first; anything else happens at once, and the palette closes. */
  readonly action: { readonly op: PaletteOp } | { readonly run: () => void };
}

interface Place {
  readonly id: string;
  readonly title: string;
}

export function commandsOf(client: Client, views: readonly Place[], ops: readonly PaletteOp[]): readonly Command[] {
  return [...deeds(client), ...places(client, views), ...conversations(client), ...ops.map(opCommand)];
}

function deeds(client: Client): readonly Command[] {
  const deed = (title: string, words: string, run: () => void): Command => ({ id: title, group: "Do", title, words, action: { run } });
  return [
    deed("New conversation", "start chat begin", () => client.startNew()),
    deed("Keyboard shortcuts", "help keys", () => {
      overlay.shown = "help";
    }),
    deed("Theme: as the system", "appearance colours", () => theme.choose("system")),
    deed("Theme: light", "appearance colours bright", () => theme.choose("light")),
    deed("Theme: dark", "appearance colours night", () => theme.choose("dark")),
  ];
}

function places(client: Client, views: readonly Place[]): readonly Command[] {
  const place = (id: string, title: string, words: string, hint: string, run: () => void): Command => ({
    id: `to ${id}`,
    group: "Go to",
    title,
    words,
    hint,
    action: { run },
  });
  return [
    ...(client.viewId === undefined
      ? []
      : [place("transcript", "Transcript", "chat conversation back", "", () => client.showView(undefined))]),
    ...views.map(({ id, title }) => place(id, title, "view", "", () => client.showView(id))),
    ...sections.map(({ id, title, about }) => place(`settings.${id}`, title, about, "Settings", () => client.showView(`settings.${id}`))),
    ...client.workspaces.map(({ id, title }) => place(`/${id}`, visible(title), id, "Workspace", () => client.goToWorkspace(id))),
  ];
}

const conversations = (client: Client): readonly Command[] =>
  client.list.conversations.map(({ id, title, workspaceId }) => ({
    id: `conversation ${id}`,
    group: "Conversations",
    title: visible(title),
    words: `${id} ${workspaceId}`,
    hint: workspaceId === "default" ? "" : workspaceId,
    action: {
      run: () => {
        client.show(id);
        client.showView(undefined);
      },
    },
  }));

const opCommand = (op: PaletteOp): Command => ({
  id: `op ${op.id}`,
  group: "Ops",
  title: op.id,
  words: op.summary,
  hint: op.summary,
  action: { op },
});
