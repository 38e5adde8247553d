import type { Contestant } from "./contestant.ts";
import { readText } from "./read-text.ts";

const tailChars = 400;

/** A client of our server, in another process than the server. */
export function dispatch(serverUrl: string): Contestant {
  return async ({ model, prompt, folder, conversationId }, see) => {
    const response = await startTurn(serverUrl, { message: prompt, model: `opencode/${model}`, cwd: folder, conversationId });
    let tail = "";
    await readText(response, (text) => {
      see(text);
      tail = (tail + text).slice(-tailChars);
    });
    if (!tail.includes('"turn-sealed"') || !tail.includes('"reason":"stop"')) throw new Error(`the turn did not end well: …${tail}`);
  };
}

export interface ChatBody {
  readonly message: string;
  readonly model: string;
  readonly cwd?: string | undefined;
  readonly conversationId?: string | undefined;
}

export function startTurn(serverUrl: string, body: ChatBody): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(`${serverUrl}/chat`, { method: "POST", headers, body: JSON.stringify(body) });
}
