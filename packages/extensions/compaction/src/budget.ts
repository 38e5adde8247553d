/** What may be used of a context window, in tokens. */
export interface Budget {
  /** At this size a conversation is compacted by itself. */
  readonly threshold: number;
  /** Below this nothing more is done: compacting to the brim would soon have to be done again. */
  readonly target: number;
  /** Of messages that stay as they are. */
  readonly tail: number;
  /** Of tool outputs that are never left out, counted from the newest. */
  readonly outputs: number;
}

export const percentDefault = 85;

/** The share of the window that is worth keeping even where system prompt and tools leave no room. */
const roomShareMin = 1 / 20;
const tailShare = 0.6;
const outputShare = 0.5;

/** `fixedTokens` are those of the system prompt and the tools. Without automatic compaction (0 percent) the room is that of the default. */
export function budgetOf(windowTokens: number, percent: number, fixedTokens: number): Budget {
  const threshold = Math.floor((windowTokens * (percent > 0 ? percent : percentDefault)) / 100);
  const target = Math.floor(Math.min(threshold, windowTokens) / 2);
  const room = Math.max(target - fixedTokens, Math.ceil(windowTokens * roomShareMin));
  return { threshold, target, tail: Math.floor(room * tailShare), outputs: Math.floor(room * outputShare) };
}
