/** The same value, and the same object, when there is nothing to mask in it. Keys are masked too. */
export function maskJson<T>(value: T, mask: (text: string) => string): T;
export function maskJson(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null) return value;
  // Written out once and searched: most values hold no secret, and then nothing is copied.
  const text = JSON.stringify(value);
  return mask(text) === text ? value : masked(value, mask);
}

function masked(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => masked(one, mask));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [mask(key), masked(inner, mask)]));
}
