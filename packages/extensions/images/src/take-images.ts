import { imageBytesMax, imageKindOf, messageImagesBytesMax } from "@dispatch/transport-contract";
import type { ImageInput } from "@dispatch/wire";
import { bytesOfDataUrl, dataUrlBytesMax, headCharsMax } from "./data-url.ts";
import { badUrl, notAnImage, notWhole, tooLarge } from "./faults.ts";
import type { ImageFiles } from "./image-files.ts";
import { imageUrl, kindOfName, storedImageOf } from "./image-name.ts";
import { isWhole } from "./whole-image.ts";

/**
 * The images of a message as its log keeps them: what came as data is stored and named by its own kind, an address on the web stays as it is. All are judged
 * before any is stored. Faults: `images/bad-url`, `images/not-an-image`, `images/not-whole`, `images/too-large` (all invalid), `images/disk`.
 */
export async function takeImages(conversationId: string, images: readonly ImageInput[], files: ImageFiles): Promise<readonly ImageInput[]> {
  let sizeBytes = 0;
  const taken = images.map((image, index) => {
    const judged = judge(image, index + 1, conversationId);
    if ("bytes" in judged) sizeBytes += judged.bytes.length;
    if (sizeBytes > messageImagesBytesMax) throw tooLarge(index + 1, messageImagesBytesMax, "the images of a message have together");
    return judged;
  });
  return Promise.all(
    taken.map(async (image, index) => {
      if ("bytes" in image) {
        const name = await files.keep(conversationId, image.bytes, image.extension);
        return { url: imageUrl({ conversationId, name }), mimeType: image.mimeType };
      }
      const stored = storedImageOf(image.url);
      if (stored === undefined) return image;
      if ((await files.sizeBytes(stored)) === undefined) throw badUrl(index + 1, "is not there any more");
      return { url: image.url, mimeType: kindOfName(stored.name).mimeType };
    }),
  );
}

interface Data {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly extension: string;
  readonly mimeType: string;
}

const urlCharsMax = 8_192;

function judge(image: ImageInput, position: number, conversationId: string): ImageInput | Data {
  const { url, mimeType } = image;
  if (/^data:/i.test(url)) return judgeData(url, position);
  if (url.length > urlCharsMax) throw badUrl(position, `has an address of more than ${urlCharsMax} characters`);
  if (url.startsWith("/")) {
    if (storedImageOf(url)?.conversationId !== conversationId) throw badUrl(position, "is none of this conversation");
    return image;
  }
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol)) throw badUrl(position, "has an address of another kind");
  // What stands in an address is stored, shown and handed to the provider.
  if (address.username !== "" || address.password !== "") throw badUrl(position, "has a name or a password in its address");
  return { url, ...(mimeType !== undefined && /^image\/[a-z0-9.+-]{1,64}$/i.test(mimeType) ? { mimeType } : {}) };
}

function judgeData(url: string, position: number): Data {
  const limit = () => tooLarge(position, imageBytesMax, "an image has");
  if (dataUrlBytesMax(url) > imageBytesMax + headCharsMax) throw limit();
  const bytes = bytesOfDataUrl(url);
  if (bytes === undefined) throw badUrl(position, "is a data URL that is not base64");
  if (bytes.length > imageBytesMax) throw limit();
  const kind = imageKindOf(bytes);
  if (kind === undefined) throw notAnImage(position);
  if (!isWhole(kind, bytes)) throw notWhole(position, kind.name);
  return { bytes, extension: kind.extension, mimeType: kind.mimeType };
}
