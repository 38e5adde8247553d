import type { z } from "zod";
import { chatPath, chatRequest, ndjsonType } from "./chat.ts";

/** A route that is not an operation: its answer is a stream. Listed so that the description of the server can show it. */
export interface StreamRoute {
  readonly id: `${string}.${string}`;
  readonly summary: string;
  readonly method: "POST";
  readonly path: `/${string}`;
  readonly input: z.ZodType;
  readonly contentType: string;
}

export const allStreams: readonly StreamRoute[] = [
  {
    id: "chat.send",
    summary: "Starts a turn and streams its events, one JSON object a line, until `turn-sealed`.",
    method: "POST",
    path: chatPath,
    input: chatRequest,
    contentType: ndjsonType,
  },
];
