import { expect, test } from "vitest";
import { serverAddresses } from "./server-address.ts";

test("without a flag the port of the environment is tried on both loopback addresses", () => {
  expect(serverAddresses(undefined, { BACKEND_PORT: "25203" })).toEqual(["http://127.0.0.1:25203", "http://[::1]:25203"]);
});

test("a port that is none is ignored", () => {
  for (const BACKEND_PORT of [undefined, "", "0", "-1", "x", "24203x", "70000"])
    expect(serverAddresses(undefined, { BACKEND_PORT })[0]).toBe("http://127.0.0.1:24203");
});

test("a given address is the only one; its path stays, its last slash and its query do not", () => {
  expect(serverAddresses("https://home.example/dispatch/?x=1", { BACKEND_PORT: "1" })).toEqual(["https://home.example/dispatch"]);
  expect(serverAddresses("http://localhost:24203/", {})).toEqual(["http://localhost:24203"]);
});

test("the environment may name a server too; a flag wins, and an empty one is none", () => {
  const DISPATCH_SERVER = "https://home.example/";
  expect(serverAddresses(undefined, { DISPATCH_SERVER, BACKEND_PORT: "1" })).toEqual(["https://home.example"]);
  expect(serverAddresses("http://localhost:2", { DISPATCH_SERVER })).toEqual(["http://localhost:2"]);
  expect(serverAddresses(undefined, { DISPATCH_SERVER: "" })[0]).toBe("http://127.0.0.1:24203");
  expect(() => serverAddresses(undefined, { DISPATCH_SERVER: "home.example" })).toThrow("DISPATCH_SERVER needs");
});

test("what is no http address, or holds a password, is a usage error", () => {
  for (const flag of ["localhost:24203", "ftp://x", "", "http://"])
    expect(() => serverAddresses(flag, {})).toThrow(/needs an http or https address such as http:\/\/localhost:24203/);
  expect(() => serverAddresses("http://me:secret@host", {})).toThrow("set DISPATCH_TOKEN instead");
});
