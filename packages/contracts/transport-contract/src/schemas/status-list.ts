import type { ConversationStatus } from "@dispatch/wire";
import { z } from "zod";
import { conversationStatus, conversationStatuses } from "./conversation.ts";

/** A comma list in a query, or an array. Unknown statuses do not count; none left is absence. */
export const statusList: z.ZodOptional<z.ZodType<readonly ConversationStatus[] | undefined>> = z
  .preprocess(knownStatuses, z.array(conversationStatus).optional())
  .optional();

function knownStatuses(given: unknown): unknown {
  if (given === undefined) return undefined;
  const items = typeof given === "string" ? given.split(",") : given;
  if (!Array.isArray(items)) return given;
  const known = items.map((item) => (typeof item === "string" ? item.trim() : item)).filter(isStatus);
  return known.length === 0 ? undefined : known;
}

const isStatus = (item: unknown): item is ConversationStatus => conversationStatuses.some((status) => status === item);
