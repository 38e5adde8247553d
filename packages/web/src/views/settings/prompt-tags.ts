export interface PromptVariable {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  /** Any name of its type is possible; `name` says what stands there. */
  readonly dynamic?: true;
}

export const tagOf = ({ type, name }: PromptVariable): string => `[${type}:${name}]`;

/** A tag in the place of what is selected. The caret stands behind it. */
export function insertedAt(text: string, tag: string, from: number, to: number): { readonly text: string; readonly caret: number } {
  return { text: text.slice(0, from) + tag + text.slice(to), caret: from + tag.length };
}
