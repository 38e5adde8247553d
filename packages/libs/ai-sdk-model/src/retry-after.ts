/**
 * The wait that an answer asks for, in milliseconds from `now`: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date
 * (RFC 9110, 10.2.3). Header names in lower case. `undefined` when absent or unreadable; never negative.
 */
export function retryAfterMs(headers: { readonly [name: string]: string | undefined }, now: number): number | undefined {
  const exact = numeric(headers["retry-after-ms"]);
  if (exact !== undefined) return exact;
  const wish = headers["retry-after"];
  if (wish === undefined) return undefined;
  const seconds = numeric(wish);
  if (seconds !== undefined) return Math.ceil(seconds * 1_000);
  const at = /^[A-Za-z]/.test(wish) ? Date.parse(wish) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const numeric = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
