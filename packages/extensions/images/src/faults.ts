import { type Fault, fault } from "@dispatch/kernel";
import { imageKindNames } from "@dispatch/transport-contract";

/** Images are counted from 1, as people do. */
export const badUrl = (image: number, problem: string): Fault =>
  fault("invalid", "images/bad-url", `Image ${image} ${problem}. Give it as a base64 data URL or an http(s) URL.`, { data: { image } });

export const notAnImage = (image: number): Fault =>
  fault("invalid", "images/not-an-image", `Image ${image} is not ${imageKindNames}. Convert it to one of these; SVG is not taken.`, {
    data: { image },
  });

export const notWhole = (image: number, kind: string): Fault =>
  fault("invalid", "images/not-whole", `Image ${image} begins as ${kind} and is damaged, or ends too early. Send it again, whole.`, {
    data: { image },
  });

export const tooLarge = (image: number, limitBytes: number, what: string): Fault =>
  fault("invalid", "images/too-large", `Image ${image} is too large: ${what} at most ${limitBytes} bytes. Make it smaller.`, {
    data: { image, limitBytes },
  });

export const badName = (): Fault =>
  fault("invalid", "images/bad-name", "That is no name of an image. Names come with the messages of a conversation.");

export const noImage = (): Fault => fault("missing", "images/no-image", "This conversation has no such image.");

export const diskFailed = (doing: string, cause: unknown): Fault => {
  const why = cause instanceof Error && "code" in cause ? ` (${cause.code})` : "";
  return fault(
    "unavailable",
    "images/disk",
    `An image could not be ${doing}${why}. Look after DISPATCH_IMAGE_DIR and its disk, then try again.`,
    {
      cause,
    },
  );
};
