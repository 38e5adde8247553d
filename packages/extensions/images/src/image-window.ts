/** An image that counts 0 bytes is one that somebody else serves. */
export interface WindowLimits {
  /** 0: no limit. */
  readonly imagesMax: number;
  readonly bytesMax: number;
}

/**
 * How many images, the oldest first, are left out. When a message's images go beyond a limit, the older ones are cut to half of it at once: what is sent
 * then changes rarely, and the provider's cache of the prompt holds in between. The images of the newest message count most: of them as many stay as
 * fit. Told by the sizes alone, so that the answer is the same after a restart.
 */
export function leftOut(messages: readonly (readonly number[])[], limits: WindowLimits): number {
  const sizes = messages.flat();
  const imagesMax = limits.imagesMax === 0 ? Number.POSITIVE_INFINITY : limits.imagesMax;
  let first = 0;
  let next = 0;
  let bytes = 0;
  const drop = (from: number) => {
    bytes -= sizes[from] ?? 0;
    return from + 1;
  };
  for (const images of messages) {
    const own = next;
    for (const size of images) bytes += size;
    next += images.length;
    if (next - first <= imagesMax && bytes <= limits.bytesMax) continue;
    while (first < own && (next - first > imagesMax / 2 || bytes > limits.bytesMax / 2)) first = drop(first);
    while (first < next && (next - first > imagesMax || bytes > limits.bytesMax)) first = drop(first);
  }
  return first;
}
