/** What came back of one request. */
export interface Reply {
  readonly status: number;
  readonly mediaType: string;
  readonly body: string;
  /** False when there was more than the bound. */
  readonly isWhole: boolean;
}

const bodyBytesMax = 20 * 1024 * 1024;

/**
 * Asks the transcriber service: `GET <service>/transcript?videoId=…&lang=…`. The service is the owner's own, so its address may be private. Rejects with what the
 * line says.
 */
export async function askTranscriber(service: string, videoId: string, lang: string | undefined, signal: AbortSignal): Promise<Reply> {
  const url = new URL(service);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/transcript`;
  url.searchParams.set("videoId", videoId);
  if (lang !== undefined) url.searchParams.set("lang", lang);
  const response = await fetch(url, { signal, redirect: "error", headers: { accept: "application/json, text/plain;q=0.9" } });
  const { text, isWhole } = await read(response.body);
  return { status: response.status, mediaType: (response.headers.get("content-type") ?? "").toLowerCase(), body: text, isWhole };
}

/** Leaving the loop ends the connection. */
async function read(body: ReadableStream<Uint8Array> | null): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  if (body === null) return { text: "", isWhole: true };
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > bodyBytesMax) return { text, isWhole: false };
    text += decoder.decode(piece, { stream: true });
  }
  return { text: text + decoder.decode(), isWhole: true };
}
