import { isDeeper } from "@dispatch/json-depth";
import { bodyBytesMax, jsonDepthMax } from "@dispatch/transport-contract";
import { BodyTooLarge, badBody, bodyTooDeep } from "./faults.ts";

export type JsonObject = { readonly [key: string]: unknown };

/** Faults: `transport-http/bad-body` (invalid), `transport-http/body-too-large` (limited). */
export async function readJsonObject(request: Request): Promise<JsonObject> {
  const bytes = await readBytes(request);
  if (isDeeper(bytes, jsonDepthMax)) throw bodyTooDeep();
  const value = parse(decode(bytes));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badBody("must be a JSON object");
  return value as JsonObject;
}

/** For routes whose body is optional: what cannot be read counts as `{}`. Only a body that is too large is refused. */
export async function readOptionalObject(request: Request): Promise<JsonObject> {
  if (request.body === null) return {};
  try {
    return await readJsonObject(request);
  } catch (thrown) {
    if (thrown instanceof BodyTooLarge) throw thrown;
    return {};
  }
}

/** A length that is told is believed and read in one piece; without one the bytes are counted as they come. */
async function readBytes(request: Request): Promise<Uint8Array> {
  const told = request.headers.get("content-length");
  if (told !== null && Number(told) <= bodyBytesMax) return request.bytes();
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  // What lies beyond the limit is still received and dropped: a client that is cut off while it sends never reads why.
  for await (const piece of request.body ?? []) {
    sizeBytes += piece.length;
    if (sizeBytes <= bodyBytesMax) pieces.push(piece);
    else pieces.length = 0;
  }
  if (sizeBytes > bodyBytesMax) throw new BodyTooLarge();
  return Buffer.concat(pieces);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw badBody("is not valid UTF-8");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badBody("is not valid JSON");
  }
}
