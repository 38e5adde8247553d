import fc from "fast-check";

const anyBytes = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString("latin1"));

const methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "", "G\0T", "PRI", "X".repeat(300)];
const paths = [
  ...[
    "/health",
    "/conversations",
    "/conversations/c1",
    "/chat",
    "/ws",
    "/openapi.json",
    "/search?q=a",
    "/metrics",
    "*",
    "",
    "//",
    "/%",
    "/%zz",
    "/\0",
    "/..%2f..",
  ],
  ...[
    "http://localhost/health",
    "http://evil.example/health",
    "/health#x",
    "/health\u0080",
    "/conversations/%ff%fe",
    `/${"a".repeat(20_000)}`,
    `/?${"a=1&".repeat(3_000)}`,
  ],
];
const versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.1 ", "HTTP/9.9", "", "http/1.1"];
const headers = [
  ...[
    "Host: localhost",
    "Host: localhost",
    "Host: localhost",
    "Host: evil.example",
    "Host:",
    "Host: a\r\nHost: b",
    "Connection: close",
    "Connection: keep-alive",
  ],
  ...[
    "Content-Length: 0",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 1e3",
    "Content-Length: 99999999999999999999",
    "Content-Length: 5\r\nContent-Length: 6",
  ],
  ...[
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding : chunked",
    "Content-Length: 3\r\nTransfer-Encoding: chunked",
  ],
  ...[
    "Expect: 100-continue",
    "Expect: nonsense",
    "Upgrade: h2c",
    "Upgrade: websocket\r\nConnection: Upgrade",
    "Range: bytes=0-",
    "Accept-Encoding: *;q=nan",
  ],
  ...[
    "Origin: null",
    "Origin: https://evil.example",
    "Authorization: Bearer",
    "Authorization: Basic !!!",
    "Cookie: a=b",
    "X: a\nY: b",
    "X: a\rY: b",
    "X: a\0b",
    " folded: x",
  ],
  ...[
    "X-Forwarded-For: 1.2.3.4",
    "X-Forwarded-Host: evil.example",
    ": empty",
    "NoColon",
    "Ünï: x",
    `X: ${"y".repeat(20_000)}`,
    Array.from({ length: 200 }, (_, n) => `X-${n}: y`).join("\r\n"),
  ],
  ...[
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: short",
    "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99",
    "Content-Encoding: gzip",
    "Content-Type: text/html",
  ],
];
const bodies = [
  ...[
    "",
    "",
    "hello",
    "{}",
    '{"message":"Hello.","model":"opencode/short"}',
    '{"message":',
    "\xff\xfe\xfd",
    "0\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "ffffffffffffffff\r\nx",
    "-1\r\n\r\n",
  ],
  ...[
    "5;ext=\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
    "zz\r\nhello\r\n",
    "5\r\nhello",
    "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "[".repeat(5_000),
    "\0".repeat(1_000),
  ],
];

const shapedRequest: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...methods),
    fc.constantFrom(...paths),
    fc.constantFrom(...versions),
    fc.array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...headers) }, { weight: 1, arbitrary: anyBytes(30) }), { maxLength: 6 }),
    fc.constantFrom("\r\n", "\r\n", "\r\n", "\n", "\r", ""),
    fc.constantFrom(...bodies),
  )
  .map(([method, path, version, lines, ending, body]) => [`${method} ${path} ${version}`, ...lines, "", body].join(ending));

/** What is sent over one connection, byte for byte; the client then sends no more. */
export const httpBytes: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: shapedRequest },
  { weight: 3, arbitrary: mutated(shapedRequest) },
  { weight: 2, arbitrary: fc.array(shapedRequest, { minLength: 2, maxLength: 12 }).map((many) => many.join("")) },
  { weight: 1, arbitrary: anyBytes(200) },
);

/** A few bytes changed, taken out or put in, or the rest cut off. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), fc.nat(255));
  return fc.tuple(texts, fc.array(change, { minLength: 1, maxLength: 5 })).map(([text, changes]) => changes.reduce(changed, text));
}

function changed(text: string, [place, way, byte]: readonly [number, number, number]): string {
  const at = Math.floor(place * text.length);
  if (way === 0) return text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
  if (way === 1) return text.slice(0, at) + text.slice(at + 1 + (byte % 8));
  if (way === 2) return text.slice(0, at) + String.fromCharCode(byte).repeat(1 + (byte % 4)) + text.slice(at);
  return text.slice(0, at);
}
