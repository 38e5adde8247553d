import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a request carries the token. Takes the same time for every wrong one, whatever its length. */
export function bearerCheck(token: string): (authorization: string | null) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
