import { type Difference, sizeText } from "./turns.ts";

/** What a difference means for the provider's cache, in a sentence. The first prompt is the earlier one. */
export function differenceText({ same, sharedBytes, firstBytes, secondBytes, at }: Difference): string {
  if (same) return "They are the same, to the last byte.";
  if (at?.first === null) return `It begins with all of it (${sizeText(firstBytes)}) and goes on: a cache can give all of that again.`;
  const share = secondBytes === 0 ? 0 : Math.floor((100 * sharedBytes) / secondBytes);
  if (at?.second === null) return `It is the beginning of it: ${sizeText(secondBytes)} of ${sizeText(firstBytes)}.`;
  return `They part at ${placeText(at)}, after ${sizeText(sharedBytes)}: a cache can give ${share}% of this prompt again.`;
}

function placeText(at: Difference["at"]): string {
  if (at === undefined) return "the end";
  const { part, message, role, chunk, character } = at;
  const where =
    part === "system"
      ? "the system prompt"
      : part === "tools"
        ? "the tools"
        : `message ${message}${role === undefined ? "" : ` (${role})`}${chunk === undefined || chunk === 1 ? "" : `, chunk ${chunk}`}`;
  return character === 0 ? where : `${where}, character ${character.toLocaleString("en")}`;
}
