import { expect, test } from "vitest";
import { type AccessRules, createAccess, isLoopback } from "./access.ts";
import { requireToken } from "./require-token.ts";
import { givenToken, tokenCheck } from "./token.ts";

const rules: AccessRules = { host: "127.0.0.1", allowedHosts: [], allowedOrigins: [] };
const codeOf = (host: string | null, origin: string | null = null, more: Partial<AccessRules> = {}) =>
  createAccess({ ...rules, ...more }).problem(host, origin)?.code;

test("loopback names are known, with and without a port, in any case", () => {
  for (const host of ["localhost", "localhost:24203", "LocalHost:1", "127.0.0.1", "127.0.0.1:24203", "127.8.9.10", "[::1]", "[::1]:80"]) {
    expect(codeOf(host), host).toBeUndefined();
  }
});

test("a rebound name, a missing or a doubled Host is denied", () => {
  for (const host of [
    null,
    "",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost, evil.example",
    "evil@localhost",
    "localhost/evil",
    "localhost:port",
    "192.168.1.5",
    "[::1",
    "::1",
    "127.0.0.1:24203:1",
  ]) {
    expect(codeOf(host), String(host)).toBe("transport-http/host-denied");
  }
});

test("a name that the operator allowed is known, and no other", () => {
  const more = { allowedHosts: ["Dispatch.Home", "box:8443"] };
  expect(codeOf("dispatch.home", null, more)).toBeUndefined();
  expect(codeOf("dispatch.home:24203", null, more)).toBeUndefined();
  expect(codeOf("box:8443", null, more)).toBeUndefined();
  expect(codeOf("box:8444", null, more)).toBe("transport-http/host-denied");
  expect(codeOf("evil.dispatch.home", null, more)).toBe("transport-http/host-denied");
});

test("the bound address is known; bound to every address, any address is, but no name", () => {
  expect(codeOf("192.168.1.5:24203", null, { host: "192.168.1.5" })).toBeUndefined();
  expect(codeOf("192.168.1.6:24203", null, { host: "192.168.1.5" })).toBe("transport-http/host-denied");
  expect(codeOf("192.168.1.6:24203", null, { host: "0.0.0.0" })).toBeUndefined();
  expect(codeOf("[fd00::5]:24203", null, { host: "::" })).toBeUndefined();
  expect(codeOf("evil.example", null, { host: "0.0.0.0" })).toBe("transport-http/host-denied");
});

test("pages of this machine, of the server itself and of allowed origins may ask", () => {
  const more = { allowedHosts: ["dispatch.home"], allowedOrigins: ["https://App.Example/"] };
  for (const origin of ["http://localhost:24204", "https://127.0.0.1", "http://[::1]:5173", "https://app.example"]) {
    expect(codeOf("localhost:24203", origin, more), origin).toBeUndefined();
  }
  expect(codeOf("dispatch.home", "https://dispatch.home", more)).toBeUndefined();
  expect(codeOf("dispatch.home:24203", "http://dispatch.home:24203", more)).toBeUndefined();
});

test("any other page is denied", () => {
  const more = { allowedHosts: ["dispatch.home"], allowedOrigins: ["https://app.example"] };
  for (const origin of [
    "null",
    "",
    "https://evil.example",
    "http://app.example",
    "https://app.example:444",
    "https://localhost.evil.example",
    "https://evil.example#localhost",
    "http://localhost@evil.example",
    "file://localhost",
    "chrome-extension://localhost",
    "http://dispatch.home:1",
  ]) {
    expect(codeOf("localhost", origin, more), origin).toBe("transport-http/origin-denied");
  }
});

test("only this machine's own addresses are loopback", () => {
  for (const name of ["localhost", "127.0.0.1", "127.255.255.254", "::1"]) expect(isLoopback(name), name).toBe(true);
  for (const name of ["0.0.0.0", "::", "127.evil.example", "128.0.0.1", "10.0.0.1", "localhost.localdomain"]) {
    expect(isLoopback(name), name).toBe(false);
  }
});

function hasTokenOf(token: string): (request: Request) => boolean {
  const isRight = tokenCheck(token);
  return (request) => {
    const given = givenToken(request);
    return given !== null && isRight(given);
  };
}

test("a token must be the whole one, after `Bearer`", () => {
  const hasToken = hasTokenOf("s3cret-token");
  const asks = (authorization: string) => hasToken(new Request("http://localhost/", { headers: { authorization } }));
  expect(asks("Bearer s3cret-token")).toBe(true);
  expect(asks("bearer   s3cret-token")).toBe(true);
  expect(hasToken(new Request("http://localhost/"))).toBe(false);
  for (const given of ["", "s3cret-token", "Basic s3cret-token", "Bearer", "Bearer ", "Bearer s3cret-toke", "Bearer s3cret-token x"]) {
    expect(asks(given), given).toBe(false);
  }
});

test("a token in the address counts where a WebSocket is opened, and nowhere else", () => {
  const hasToken = hasTokenOf("s3cret+token");
  const asks = (method: string, query: string, headers: { readonly [name: string]: string }) =>
    hasToken(new Request(`http://localhost/ws${query}`, { method, headers }));
  const upgrade = { upgrade: "WebSocket" };
  expect(asks("GET", "?token=s3cret%2Btoken", upgrade)).toBe(true);
  expect(asks("GET", "?a=1&token=s3cret%2Btoken", upgrade)).toBe(true);
  expect(asks("GET", "", { ...upgrade, authorization: "Bearer s3cret+token" })).toBe(true);
  expect(asks("GET", "?token=s3cret%2Btoken", {})).toBe(false);
  expect(asks("POST", "?token=s3cret%2Btoken", upgrade)).toBe(false);
  expect(asks("GET", "?token=", upgrade)).toBe(false);
  expect(asks("GET", "?token=s3cret%2Btoken", { ...upgrade, authorization: "Bearer wrong" })).toBe(false);
});

test("an address that other machines can reach needs a token", () => {
  const config = { host: "0.0.0.0", port: 0, allowedOrigins: [], allowedHosts: [], trustedProxies: [] };
  expect(() => requireToken(config)).toThrow(expect.objectContaining({ code: "transport-http/needs-token", kind: "invalid" }));
  expect(() => requireToken({ ...config, token: "t" })).not.toThrow();
  expect(() => requireToken({ ...config, host: "127.0.0.1", trustedProxies: ["127.0.0.1"] })).toThrow("DISPATCH_TRUSTED_PROXIES");
  for (const host of ["127.0.0.1", "localhost", "LOCALHOST", "::1"]) expect(() => requireToken({ ...config, host }), host).not.toThrow();
});
