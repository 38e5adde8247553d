/**
 * The stream of Gemini's `POST …:streamGenerateContent?alt=sse`, event by event, as it goes over the line: with CRLF. Pure: an answer is the
 * concatenation of its parts and `contentEnd`. Source: https://ai.google.dev/api/generate-content
 */
export interface ContentUsage {
  /** The whole prompt, cached tokens included. */
  readonly inputTokens: number;
  /** Without thoughts. */
  readonly outputTokens: number;
  readonly cachedTokens?: number;
  readonly thoughtTokens?: number;
}

/** One part of the answer. What the API calls them: `{ text, thought, thoughtSignature, functionCall }`. */
export const contentPart = (part: object): string => event({ candidates: [{ content: { role: "model", parts: [part] }, index: 0 }] });

export function contentEnd(reason = "STOP", { inputTokens, outputTokens, cachedTokens, thoughtTokens }: ContentUsage = noUsage): string {
  const usageMetadata = {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens,
    ...(cachedTokens === undefined ? {} : { cachedContentTokenCount: cachedTokens }),
    ...(thoughtTokens === undefined ? {} : { thoughtsTokenCount: thoughtTokens }),
  };
  return event({ candidates: [{ finishReason: reason, index: 0 }], usageMetadata });
}

export const contentAnswer = (deltas: readonly string[], usage: ContentUsage = noUsage): string =>
  deltas.map((text) => contentPart({ text })).join("") + contentEnd("STOP", usage);

/** Within a stream, and as the body of an answer that is not 2xx. */
export const contentErrorBody = (message: string, code = 400, status = "INVALID_ARGUMENT"): string =>
  JSON.stringify({ error: { code, message, status } });
export const contentError = (message: string, code: number, status: string): string =>
  `data: ${contentErrorBody(message, code, status)}\r\n\r\n`;

export const contentList = (ids: readonly string[]): string =>
  JSON.stringify({ models: ids.map((id) => ({ name: `models/${id}`, supportedGenerationMethods: ["generateContent"] })) });

const noUsage: ContentUsage = { inputTokens: 1, outputTokens: 1 };
const event = (data: object): string => `data: ${JSON.stringify(data)}\r\n\r\n`;
