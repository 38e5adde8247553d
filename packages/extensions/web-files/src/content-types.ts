/** Only what stands here is served under its own name: whatever ends otherwise is a page of the client or nothing. */
const types: { readonly [ending: string]: string } = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  map: "application/json",
  webmanifest: "application/manifest+json",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  ico: "image/x-icon",
  woff: "font/woff",
  woff2: "font/woff2",
  ttf: "font/ttf",
  wasm: "application/wasm",
  txt: "text/plain; charset=utf-8",
  xml: "application/xml",
};

/** `undefined`: no ending of a file that a web client consists of. */
export function contentTypeOf(path: string): string | undefined {
  const [, ending = ""] = /\.([a-z0-9]+)$/i.exec(path) ?? [];
  return Object.hasOwn(types, ending.toLowerCase()) ? types[ending.toLowerCase()] : undefined;
}
