import { idPattern, imageKinds } from "@dispatch/transport-contract";

/** `<SHA-256 of its bytes in hex>.<extension of its kind>`. */
export const isImageName = (name: string): boolean => namePattern.test(name);

const namePattern = new RegExp(`^[0-9a-f]{64}\\.(?:${imageKinds.map(({ extension }) => extension).join("|")})$`);

/** The name says the kind: an image is stored only under the extension of what it is. */
export const kindOfName = (name: string): { readonly name: string; readonly mimeType: string } =>
  imageKinds.find(({ extension }) => name.endsWith(`.${extension}`)) ?? { name: "unknown", mimeType: "application/octet-stream" };

export interface StoredImage {
  readonly conversationId: string;
  readonly name: string;
}

export const imageUrl = ({ conversationId, name }: StoredImage): string => `/images/${conversationId}/${name}`;

/** `undefined`: the URL is not of that form. */
export function storedImageOf(url: string): StoredImage | undefined {
  const [, conversationId = "", name = ""] = /^\/images\/([^/]+)\/([^/]+)$/.exec(url) ?? [];
  return idPattern.test(conversationId) && isImageName(name) ? { conversationId, name } : undefined;
}

/** In hex. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
