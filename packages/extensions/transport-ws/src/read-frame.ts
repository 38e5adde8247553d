import { isDeeper } from "@dispatch/json-depth";
import { nearest } from "@dispatch/kernel";
import { clientFrames, jsonDepthMax, type ReceivedFrame, type ServerFrame } from "@dispatch/transport-contract";

/** A frame, or what its sender is told instead. */
export type Reading = { readonly frame: ReceivedFrame } | { readonly refusal: ServerFrame };

/** `undefined` is a frame that was not text. Never throws. */
export function readFrame(text: string | undefined): Reading {
  const given = text === undefined ? undefined : parse(text);
  if (given === undefined)
    return { refusal: { type: "error", message: `A frame is one JSON object as text, at most ${jsonDepthMax} levels deep.` } };
  const { type } = given;
  if (!isFrameType(type)) return { refusal: { type: "error", message: unknownType(type) } };
  const { success, data: frame, error } = clientFrames[type].safeParse(given);
  if (success) return { frame };
  const problems = error.issues.slice(0, problemsMax).map(({ path, message }) => `${path.join(".")}: ${message}`);
  return { refusal: refusalOf(type, given, problems.join("; ")) };
}

/** Says no in the way that clients await it: of chats with the conversation, of surfaces with the surface, if one was named. */
export function refusalOf(type: ReceivedFrame["type"], given: NamedThings, message: string): ServerFrame {
  if (type.startsWith("chat.")) {
    const { conversationId } = given;
    return { type: "chat.error", message, ...(typeof conversationId === "string" && conversationId !== "" ? { conversationId } : {}) };
  }
  const { surfaceId } = given;
  return { type: "error", message, ...(typeof surfaceId === "string" && surfaceId !== "" ? { surfaceId } : {}) };
}

interface NamedThings {
  readonly conversationId?: unknown;
  readonly surfaceId?: unknown;
}

const problemsMax = 20;
const encoder = new TextEncoder();

function parse(text: string): (NamedThings & { readonly type?: unknown }) | undefined {
  // What is shorter than the bound cannot be deeper.
  if (text.length > jsonDepthMax && isDeeper(encoder.encode(text), jsonDepthMax)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isFrameType = (type: unknown): type is ReceivedFrame["type"] => typeof type === "string" && Object.hasOwn(clientFrames, type);

function unknownType(type: unknown): string {
  if (typeof type !== "string") return "A frame needs a `type`.";
  const like = nearest(type, Object.keys(clientFrames));
  return `There is no frame of type ${JSON.stringify(type.slice(0, 100))}${like === undefined ? "." : `; did you mean ${like}?`}`;
}
