import fc from "fast-check";
import { expect, test } from "vitest";
import { childEnvironment } from "./environment.ts";

test("a child gets what a shell needs, a plain terminal and its folder", () => {
  const ours = { PATH: "/bin", HOME: "/home/me", LANG: "de_DE.UTF-8", LC_TIME: "C", TZ: "UTC", TERM: "xterm-256color", PWD: "/elsewhere" };
  expect(childEnvironment(ours, "/work")).toEqual({
    ...{ PATH: "/bin", HOME: "/home/me", LANG: "de_DE.UTF-8", LC_TIME: "C", TZ: "UTC" },
    ...{ TERM: "dumb", PWD: "/work" },
  });
});

test("a child finds programs where we have no path ourselves", () => {
  expect(childEnvironment({}, "/work").PATH).toContain("/usr/bin:");
});

test("no key of ours is passed on", () => {
  const keys = [
    "DISPATCH_API_KEY",
    "UMANS_API_KEY",
    "DISPATCH_TOKEN",
    "GITHUB_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "LC_TOKEN",
  ];
  const ours = Object.fromEntries([...keys, "LD_PRELOAD", "BUN_OPTIONS", "path", "home"].map((name) => [name, "secret"]));
  expect(Object.values(childEnvironment(ours, "/work"))).not.toContain("secret");
});

test("whatever else is in our environment stays behind", () => {
  const known = Object.keys(childEnvironment(new Proxy({}, { get: () => "x" }), "/work"));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.constant("secret")), (ours) => {
      const passed = Object.keys(childEnvironment(ours, "/work")).filter((name) => !known.includes(name));
      expect(passed).toEqual([]);
    }),
  );
});

test("what a child needs beyond that is passed on by name", () => {
  expect(childEnvironment({ GOPATH: "/go", GOKEY: "secret" }, "/work", ["GOPATH", "CARGO_HOME"])).toEqual({
    ...childEnvironment({}, "/work"),
    GOPATH: "/go",
  });
});
