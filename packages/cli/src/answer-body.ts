import { ClientFault } from "./client-fault.ts";
import { inTime, silent } from "./patience.ts";

/** Far more than any answer of a Dispatch server but a stream. */
export const answerBytesMax = 64 * 1024 * 1024;

export interface BodyBounds {
  readonly sizeBytesMax: number;
  /** The longest pause between two pieces. */
  readonly patienceMs: number;
}

/**
 * All of an answer as text; bytes that are no UTF-8 are replaced. Whatever it throws, the connection is given up. Faults: `cli/endless-answer` (defect),
 * `cli/silent-server` (unavailable), and what reading throws.
 */
export async function answerBody(body: ReadableStream<Uint8Array> | null, { sizeBytesMax, patienceMs }: BodyBounds): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let sizeBytes = 0;
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read(), patienceMs, () => silent(patienceMs));
      if (done) return text + decoder.decode();
      sizeBytes += value.byteLength;
      if (sizeBytes > sizeBytesMax)
        throw new ClientFault("defect", "cli/endless-answer", "The server's answer does not end. Check --server and BACKEND_PORT.");
      text += decoder.decode(value, { stream: true });
    }
  } catch (thrown) {
    void reader.cancel().catch(() => {});
    throw thrown;
  }
}
