import { expect, test } from "vitest";
import { addressesOf } from "./addresses.ts";

const page = { protocol: "https:", host: "home.example:8443", hostname: "home.example" };

test("a page asks the origin that serves it", () => {
  expect(addressesOf(page, {})).toEqual({ http: "https://home.example:8443", socket: "wss://home.example:8443/ws" });
});

test("under the development server the API is on its own port of the same host", () => {
  const local = { protocol: "http:", host: "localhost:24204", hostname: "localhost" };
  expect(addressesOf(local, { DEV: true })).toEqual({ http: "http://localhost:24203", socket: "ws://localhost:24203/ws" });
});

test("a build may name another origin, and ports of the page's host", () => {
  expect(addressesOf(page, { VITE_HTTP_URL: "https://api.example/" })).toEqual({
    http: "https://api.example",
    socket: "wss://api.example/ws",
  });
  expect(addressesOf(page, { VITE_HTTP_PORT: "24991", VITE_WS_PORT: "24990" })).toEqual({
    http: "https://home.example:24991",
    socket: "wss://home.example:24990",
  });
});
