import type { Message } from "@dispatch/kernel";
import { promptContent } from "./prompt-content.ts";

export interface ContentPorts {
  mask(text: string): string;
  /** Lets others work: a long turn has many requests, and each takes about half a millisecond. */
  rest(): Promise<void>;
}

/** What models were told in the requests of a turn, without secrets. */
export async function maskedContents(prompts: readonly (readonly Message[])[], { mask, rest }: ContentPorts): Promise<readonly string[]> {
  const contents: string[] = [];
  for (const messages of prompts) {
    contents.push(mask(promptContent(messages)));
    await rest();
  }
  return contents;
}
