import { imageKinds } from "@dispatch/transport-contract";
import type { ImageChunk } from "@dispatch/wire";
import { kindOfName, storedImageOf } from "./image-name.ts";

/** What a model reads in an image's place. The same image gives the same words, so that the prompt stays the same. */
export const notes = {
  blind: (image: ImageChunk): string => `[${what(image)} stands here. This model cannot see images.]`,
  refused: (image: ImageChunk): string => `[${what(image)} stands here. This model did not take it.]`,
  gone: (image: ImageChunk): string => `[${what(image)} stood here. It is not there any more.]`,
  left: (image: ImageChunk, description: string | undefined): string =>
    description === undefined
      ? `[${what(image)} stands here. It is not sent any more: only the newest images are.]`
      : `[${what(image)} stands here. It is not sent any more. In words: ${description}]`,
} as const;

/** The same for a stored image and for its data. */
function what({ url }: ImageChunk): string {
  if (/^https?:/i.test(url)) return `An image (${url})`;
  const stored = storedImageOf(url);
  const kind = stored === undefined ? imageKinds.find(({ mimeType }) => url.startsWith(`data:${mimeType};`)) : kindOfName(stored.name);
  return kind === undefined ? "An image" : `An image (${kind.name})`;
}
