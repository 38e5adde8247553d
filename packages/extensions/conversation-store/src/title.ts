import type { Message } from "@dispatch/kernel";

export const untitled = "Untitled";
const titleCharactersMax = 80;

/** The first text of a user message, cut at 80 characters; `undefined` while there is none. */
export function titleOf({ role, parts }: Message): string | undefined {
  if (role !== "user") return undefined;
  const text = parts.map(({ chunk }) => (chunk.type === "text" ? chunk.text.trim() : "")).find((candidate) => candidate !== "");
  if (text === undefined) return undefined;
  const characters = Array.from(text.slice(0, titleCharactersMax * 2));
  return characters.length > titleCharactersMax || text.length > titleCharactersMax * 2
    ? `${characters.slice(0, titleCharactersMax).join("")}…`
    : text;
}
