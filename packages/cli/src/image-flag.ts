import { resolve } from "node:path";
import { imageBytesMax, imageKindNames, imageKindOf } from "@dispatch/transport-contract";
import type { ImageInput } from "@dispatch/wire";
import { ClientFault } from "./client-fault.ts";
import type { Args, Context, Flag } from "./command.ts";

export const imageFlag: Flag = { name: "image", value: "path", summary: `An image to show: ${imageKindNames}.`, completes: "file" };

/** The images that stand in flags, as a chat request has them. Faults: `cli/not-an-image` (invalid), and what reading the file gives. */
export async function readImages({ values }: Args, context: Context): Promise<{ readonly images?: readonly ImageInput[] }> {
  if (values.image === undefined) return {};
  const bytes = await context.readFile(resolve(context.folder(), values.image), imageBytesMax);
  const kind = imageKindOf(bytes);
  if (kind === undefined)
    throw new ClientFault("invalid", "cli/not-an-image", `${values.image} is not ${imageKindNames}. Convert it first.`);
  return { images: [{ url: `data:${kind.mimeType};base64,${bytes.toBase64()}`, mimeType: kind.mimeType }] };
}
