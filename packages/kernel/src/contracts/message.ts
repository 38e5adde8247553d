import type { Chunk, Role } from "@dispatch/wire";
import type { Json } from "./json.ts";

/** The unit that a model reads and the log groups by. `id` is durable: messages that were appended separately never fuse. */
export interface Message {
  readonly id: string;
  readonly role: Role;
  readonly parts: readonly MessagePart[];
}

export interface MessagePart {
  readonly chunk: Chunk;
  /** Opaque to all but the provider that gave it; handed back to it unchanged. Never crosses the wire. */
  readonly providerMetadata?: Json;
}
