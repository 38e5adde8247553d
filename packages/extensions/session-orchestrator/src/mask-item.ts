import type { Message, MessagePart, TurnItem } from "@dispatch/kernel";
import type { FaultMasking } from "@dispatch/op-registry/contract";

/** What tells or keeps a failure, without what nobody may read. Whatever else happens in a turn is the same object, and costs nothing. */
export function maskItem(item: TurnItem, { mask }: FaultMasking): TurnItem {
  switch (item.type) {
    case "error":
    case "provider-retry":
      return { ...item, message: mask(item.message) };
    case "step-settled":
      return item.messages.some(tellsFailure) ? { ...item, messages: item.messages.map((message) => maskErrors(message, mask)) } : item;
    default:
      return item;
  }
}

const tellsFailure = ({ parts }: Message): boolean => parts.some(({ chunk }) => chunk.type === "error");

function maskErrors(message: Message, mask: FaultMasking["mask"]): Message {
  if (!tellsFailure(message)) return message;
  const parts = message.parts.map((part): MessagePart => {
    const { chunk } = part;
    return chunk.type === "error" ? { ...part, chunk: { ...chunk, message: mask(chunk.message) } } : part;
  });
  return { ...message, parts };
}
