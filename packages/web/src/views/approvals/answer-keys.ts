import type { ApprovalScope } from "@dispatch/wire";

export type KeyedAnswer = { readonly kind: "allow"; readonly scope: ApprovalScope } | { readonly kind: "deny" };

export interface PressedKey {
  readonly key: string;
  readonly repeat: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** A letter on the question that has the focus. Enter means nothing: a yes is never what happens by itself. A key that is held down answers one question. */
export function answerOf({ key, repeat, altKey, ctrlKey, metaKey }: PressedKey, scopes: readonly ApprovalScope[]): KeyedAnswer | undefined {
  if (repeat || altKey || ctrlKey || metaKey) return undefined;
  if (key === "d") return { kind: "deny" };
  const scope = key === "a" ? "once" : key === "c" ? "conversation" : undefined;
  return scope !== undefined && scopes.includes(scope) ? { kind: "allow", scope } : undefined;
}
