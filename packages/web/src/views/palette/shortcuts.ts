/** What keys do, everywhere on the page. */
export type ShortcutId = "palette" | "help" | "new-conversation";

export interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly repeat: boolean;
}

export interface Surroundings {
  /** There the other modifier edits text. */
  readonly mac: boolean;
  /** The focus is in a field that takes text. */
  readonly typing: boolean;
  /** A person may turn keys without a modifier off: voices and screen readers press them. */
  readonly singleKeys: boolean;
}

export function shortcutFor(event: Pressed, { mac, typing, singleKeys }: Surroundings): ShortcutId | undefined {
  if (event.isComposing || event.repeat || event.altKey) return undefined;
  const key = event.key.toLowerCase();
  const command = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (command && !event.shiftKey && key === "k") return "palette";
  if (command && key === "/") return "help";
  if (command && event.shiftKey && key === "o") return "new-conversation";
  if (key === "?" && !event.ctrlKey && !event.metaKey && !typing && singleKeys) return "help";
  return undefined;
}

/** For the sheet that shows them. */
export function shortcutGroups(mac: boolean): readonly { readonly name: string; readonly shortcuts: readonly Shortcut[] }[] {
  const command = mac ? "⌘" : "Ctrl";
  return [
    {
      name: "Everywhere",
      shortcuts: [
        { keys: [command, "K"], does: "Find a conversation, a view, a setting or an op" },
        { keys: [command, mac ? "⇧" : "Shift", "O"], does: "Begin a new conversation" },
        { keys: ["?"], does: "Show this sheet" },
        { keys: [command, "/"], does: "Show this sheet, also from a text field" },
        { keys: ["Esc"], does: "Close what is open" },
      ],
    },
    {
      name: "Message field",
      shortcuts: [
        { keys: ["Enter"], does: "Send, or add to the next step while a turn runs" },
        { keys: ["Shift", "Enter"], does: "Begin a new line" },
        { keys: ["Esc"], does: "Stop the turn" },
      ],
    },
    {
      name: "A question of a tool",
      shortcuts: [
        { keys: ["A"], does: "Allow it once" },
        { keys: ["C"], does: "Allow it in this conversation" },
        { keys: ["D"], does: "Deny it" },
      ],
    },
    {
      name: "Palette",
      shortcuts: [
        { keys: ["↑", "↓"], does: "Move through what was found" },
        { keys: ["Enter"], does: "Go there, or run it" },
      ],
    },
  ];
}
