import { z } from "zod";
import { chatSendFrame } from "./chat.ts";
import type { ClientFrame } from "./frames.ts";
import { messageCharsMax, nameCharsMax } from "./limits.ts";
import { id, optionalId } from "./schemas/id.ts";

const name = z.string().min(1, "must not be empty").max(nameCharsMax);
const ofSurface = { surfaceId: name, conversationId: optionalId };
const ofConversation = { conversationId: id };

/** What a server takes over the WebSocket, by the frame's `type`. Unknown fields are ignored. */
export const clientFrames = {
  subscribe: z.object({ type: z.literal("subscribe"), ...ofSurface }),
  unsubscribe: z.object({ type: z.literal("unsubscribe"), ...ofSurface }),
  invoke: z.object({ type: z.literal("invoke"), ...ofSurface, actionId: name, payload: z.unknown().optional() }),
  "chat.send": chatSendFrame,
  "chat.subscribe": z.object({ type: z.literal("chat.subscribe"), ...ofConversation }),
  "chat.unsubscribe": z.object({ type: z.literal("chat.unsubscribe"), ...ofConversation }),
  "chat.queue": z.object({
    type: z.literal("chat.queue"),
    ...ofConversation,
    text: z.string().trim().min(1, "must not be blank").max(messageCharsMax),
    workspaceId: optionalId,
  }),
  "chat.queue.cancel": z.object({ type: z.literal("chat.queue.cancel"), ...ofConversation, messageId: name }),
} satisfies { readonly [type in ClientFrame["type"]]: z.ZodType<{ readonly type: type }> };

/** A frame as a server reads it: validated, with every default filled in. */
export type ReceivedFrame = z.output<(typeof clientFrames)[keyof typeof clientFrames]>;
