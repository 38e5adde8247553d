import { defineService, type ServiceToken } from "@dispatch/kernel";

/** The images of messages, for those who show them elsewhere. */
export interface Images {
  /** `undefined`: the address is none of a stored image, or the image is gone. Faults: `images/disk` (unavailable). */
  read(url: string): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly mimeType: string } | undefined>;
}
export const Images: ServiceToken<Images> = defineService<Images>("images/images");
