/** What the other side made of a request. */
export interface Posted {
  readonly status: number;
  readonly retryAfterMs?: number;
}

export interface PostSpansOptions {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

/** One request. Its answer is not read: what matters of it is the status. Rejects when nobody answers, or the signal aborts. */
export async function postSpans(json: string, { url, headers }: PostSpansOptions, signal: AbortSignal): Promise<Posted> {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: json,
    // A collector that sends on to elsewhere would be sent the headers too.
    redirect: "manual",
    signal,
  });
  await response.body?.cancel().catch(() => {});
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return { status: response.status, ...(seconds >= 0 ? { retryAfterMs: seconds * 1_000 } : {}) };
}
