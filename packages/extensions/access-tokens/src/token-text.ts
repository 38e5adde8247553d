import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Whoever finds one in a file knows whose it is; so do programs that look for secrets. */
export const tokenPrefix = "dispatch_";

export interface NewToken {
  readonly id: string;
  readonly text: string;
}

/** 256 random bits behind an id that is no secret. */
export function newToken(): NewToken {
  const id = randomBytes(4).toString("hex");
  return { id, text: `${tokenPrefix}${id}_${randomBytes(32).toString("base64url")}` };
}

/** The id that the text names; `undefined` when it has not the form of a token. */
export const idOf = (text: string): string | undefined => /^dispatch_([0-9a-f]{8})_[\w-]{43}$/.exec(text)?.[1];

/** A fast hash is enough: nobody tries all of 256 bits. */
export const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Takes the same time whichever byte differs. */
export const isSame = (a: Buffer, b: Buffer): boolean => timingSafeEqual(a, b);
