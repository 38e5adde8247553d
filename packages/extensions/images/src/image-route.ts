import { idPattern } from "@dispatch/transport-contract";
import type { ByteRoute } from "@dispatch/transport-http/contract";
import { badName, noImage } from "./faults.ts";
import type { ImageFiles } from "./image-files.ts";
import { isImageName, kindOfName } from "./image-name.ts";

/** Hands a stored image back. Its type is that of its name, which is that of its bytes, and browsers may not guess another. */
export const imageRoute = (files: ImageFiles): ByteRoute => ({
  path: "/images/:conversationId/:imageId",
  async read({ conversationId = "", imageId: name = "" }) {
    if (!idPattern.test(conversationId) || !isImageName(name)) throw badName();
    const bytes = await files.read({ conversationId, name });
    if (bytes === undefined) throw noImage();
    return {
      bytes,
      contentType: kindOfName(name).mimeType,
      headers: { "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff" },
    };
  },
});
