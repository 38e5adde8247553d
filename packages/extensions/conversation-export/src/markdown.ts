import type { LogEntry } from "@dispatch/conversation-store/contract";
import { type Exported, messagesOf, speakers } from "./exported.ts";

/** To be read by people, and by whatever reads Markdown. What was said stands as it was said. */
export function asMarkdown({ record, entries }: Exported): string {
  const parts = messagesOf(entries).map((message) => [`## ${heading(message[0])}`, ...message.map(chunkText)].join("\n\n"));
  return `${[`# ${oneLine(record.title)}`, `Conversation \`${record.id}\`, ${record.status}.`, ...parts].join("\n\n")}\n`;
}

const heading = ({ role, covers }: LogEntry): string => (covers === undefined ? speakers[role] : `Summary of everything up to ${covers}`);

function chunkText({ chunk }: LogEntry): string {
  switch (chunk.type) {
    case "text":
    case "system":
      return chunk.text;
    case "thinking":
      return chunk.text.replace(/^/gm, "> ");
    case "tool-call":
      return `**Calls ${inline(chunk.toolName)}**\n\n${fenced(JSON.stringify(chunk.input, null, 2), "json")}`;
    case "tool-result":
      return `**${chunk.isError ? "Failure" : "Result"} of ${inline(chunk.toolName)}**\n\n${fenced(chunk.content)}`;
    case "error":
      return `**Error:** ${chunk.message}`;
    case "image":
      return `![image](<${chunk.url.replace(/[<>\n\\]/g, encodeURIComponent)}>)`;
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ");

const inline = (text: string): string => `\`${oneLine(text).replaceAll("`", "'")}\``;

/** Longer than whatever stands within, so that nothing gets out. */
function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
