import { createHash, timingSafeEqual } from "node:crypto";
import { wantsSocket } from "./upgrade.ts";

/** Whether a text is the token. Takes the same time for every wrong one, whatever its length. */
export function tokenCheck(token: string): (given: string) => boolean {
  const expected = digest(token);
  return (given) => timingSafeEqual(digest(given), expected);
}

/** Browsers cannot give a WebSocket a header, so its upgrade alone may carry the token as `?token=`. */
export function givenToken(request: Request): string | null {
  const header = request.headers.get("authorization");
  const [, bearer] = header === null ? [] : (/^Bearer +(\S+)$/i.exec(header) ?? []);
  if (bearer !== undefined) return bearer;
  return wantsSocket(request) ? new URL(request.url).searchParams.get("token") : null;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
