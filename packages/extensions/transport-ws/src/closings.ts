export interface Closing {
  readonly code: number;
  /** At most 123 bytes. */
  readonly reason: string;
}

/** Why this side ends a connection. After each of them a client may connect again at once. */
export const closings = {
  stopping: { code: 1001, reason: "The server is stopping. Connect again in a moment." },
  silent: { code: 1001, reason: "No answer to a ping." },
  tooSlow: { code: 1013, reason: "Too slow. Connect again, and load what is missing from the log, by seq." },
} as const satisfies { readonly [why: string]: Closing };
