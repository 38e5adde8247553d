import { createHash, timingSafeEqual } from "node:crypto";
import { wantsSocket } from "./upgrade.ts";

/** Whether a request carries the token. Takes the same time for every wrong one, whatever its length. */
export function tokenCheck(token: string): (request: Request) => boolean {
  const expected = digest(token);
  return (request) => {
    const given = givenToken(request);
    return given !== null && timingSafeEqual(digest(given), expected);
  };
}

/** Browsers cannot give a WebSocket a header, so its upgrade alone may carry the token as `?token=`. */
function givenToken(request: Request): string | null {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (bearer !== undefined) return bearer;
  return wantsSocket(request) ? new URL(request.url).searchParams.get("token") : null;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
