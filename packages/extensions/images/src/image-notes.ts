import type { ImageChunk } from "@dispatch/wire";
import { kindOfName, storedImageOf } from "./image-name.ts";

/** What a model reads in an image's place. The same image gives the same words, so that the prompt stays the same. */
export const notes = {
  blind: (image: ImageChunk): string => `[${what(image)} stands here. This model cannot see images.]`,
  gone: (image: ImageChunk): string => `[${what(image)} stood here. It is not there any more.]`,
  left: (image: ImageChunk, description: string | undefined): string =>
    description === undefined
      ? `[${what(image)} stands here. It is not sent any more: only the newest images are.]`
      : `[${what(image)} stands here. It is not sent any more. In words: ${description}]`,
} as const;

function what({ url }: ImageChunk): string {
  const stored = storedImageOf(url);
  if (stored !== undefined) return `An image (${kindOfName(stored.name).name}, ${stored.name.slice(0, 8)})`;
  return /^https?:/i.test(url) ? `An image (${url})` : "An image";
}
