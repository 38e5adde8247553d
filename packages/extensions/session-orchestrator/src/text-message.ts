import type { Message } from "@dispatch/kernel";

export const textMessage = (id: string, role: "user" | "system", text: string): Message => ({
  id,
  role,
  parts: [{ chunk: { type: "text", text } }],
});
