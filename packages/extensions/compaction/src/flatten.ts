import type { Message, MessagePart } from "@dispatch/kernel";

const resultCharsMax = 200;
const inputCharsMax = 500;
/** Of one thing said; the beginning and the end of what is longer are kept. */
const saidCharsMax = 12_000;

/** Messages as text for who summarizes them, one piece a message. Thinking and what a model never reads are left out. */
export function flatten(messages: readonly Message[]): readonly string[] {
  return messages.map(pieceOf).filter((piece) => piece !== "");
}

const pieceOf = ({ role, parts }: Message): string =>
  parts
    .map((part) => lineOf(role, part))
    .filter((line) => line !== "")
    .join("\n");

function lineOf(role: Message["role"], { chunk }: MessagePart): string {
  switch (chunk.type) {
    case "text":
      return chunk.text === "" ? "" : `${speakers[role]}: ${shortened(chunk.text, saidCharsMax)}`;
    case "system":
      return `System: ${shortened(chunk.text, saidCharsMax)}`;
    case "tool-call":
      return `Assistant calls ${chunk.toolName}: ${clipped(JSON.stringify(chunk.input) ?? "", inputCharsMax)}`;
    case "tool-result":
      return `${chunk.isError ? "Failure" : "Result"} of ${chunk.toolName}: ${clipped(chunk.content, resultCharsMax)}`;
    case "image":
      return `${speakers[role]}: [an image]`;
    case "thinking":
    case "error":
      return "";
  }
}

const speakers: { readonly [role in Message["role"]]: string } = { user: "User", assistant: "Assistant", system: "System", tool: "Tool" };

const clipped = (text: string, charsMax: number): string => (text.length <= charsMax ? text : `${text.slice(0, charsMax)}…`);

function shortened(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const half = Math.floor(charsMax / 2);
  return `${text.slice(0, half)}\n… ${text.length - 2 * half} characters are left out …\n${text.slice(-half)}`;
}
