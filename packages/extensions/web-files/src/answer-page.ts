import { pagePolicy } from "./page-policy.ts";
import type { Encoding, WebFile, WebSite } from "./web-site.ts";

export interface PagePorts {
  readonly site: WebSite;
  /** `undefined`: it has gone. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  readonly socketPort: string;
}

/** The answer to a GET of a page or of a file that belongs to it; `undefined`: there is none. */
export async function answerPage(request: Request, { site, read, socketPort }: PagePorts): Promise<Response | undefined> {
  const path = decoded(new URL(request.url).pathname);
  const file = path === undefined ? undefined : await site.find(path);
  if (file === undefined) return undefined;
  const encoding = encodingFor(file, request.headers.get("accept-encoding") ?? "");
  const chosen = (encoding === undefined ? undefined : file.packed[encoding]) ?? file;
  const etag = `"${chosen.mark}"`;
  const headers = {
    "Content-Type": file.contentType,
    "Cache-Control": file.isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    ETag: etag,
    Vary: "Accept-Encoding, Origin",
    ...(encoding === undefined ? {} : { "Content-Encoding": encoding }),
    "Content-Security-Policy": pagePolicy(request.headers.get("host") ?? "", socketPort),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
  };
  if (isKnown(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  const bytes = await read(chosen.path);
  return bytes === undefined ? undefined : new Response(bytes, { headers });
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The best packed form that there is and that the client takes: it names it, and not with `q=0`. */
function encodingFor({ packed }: WebFile, accepted: string): Encoding | undefined {
  const taken = new Set(
    accepted
      .toLowerCase()
      .split(",")
      .filter((item) => !/;\s*q=0(?:\.0*)?\s*$/.test(item))
      .map((item) => item.split(";")[0]?.trim()),
  );
  return (["br", "gzip"] as const).find((encoding) => packed[encoding] !== undefined && taken.has(encoding));
}

const isKnown = (given: string | null, etag: string): boolean =>
  given !== null && (given.trim() === "*" || given.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag));
