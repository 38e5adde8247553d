/**
 * What a page may do: run the scripts that came with it, and talk to the server that it came from, by HTTP and by WebSocket on either port. Nothing of
 * another host is loaded, so nothing that a model wrote can call home from the page.
 */
export function pagePolicy(host: string, socketPort: string): string {
  const [, name] = /^([a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  const sockets = name === undefined ? [] : [host, `${name}:${socketPort}`].flatMap((place) => [`ws://${place}`, `wss://${place}`]);
  return [
    "default-src 'none'",
    "script-src 'self'",
    // Libraries that draw set sizes and colours as inline styles; a style runs nothing.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' data: blob:",
    ["connect-src 'self'", ...sockets].join(" "),
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
