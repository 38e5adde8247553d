import fc from "fast-check";
import { expect, test } from "vitest";
import { shellEnvironment } from "./environment.ts";

test("a command gets what a shell needs, a plain terminal and its folder", () => {
  const ours = { PATH: "/bin", HOME: "/home/me", LANG: "de_DE.UTF-8", LC_TIME: "C", TZ: "UTC", TERM: "xterm-256color", PWD: "/elsewhere" };
  expect(shellEnvironment(ours, "/work")).toEqual({
    ...{ PATH: "/bin", HOME: "/home/me", LANG: "de_DE.UTF-8", LC_TIME: "C", TZ: "UTC" },
    ...{ TERM: "dumb", PWD: "/work" },
  });
});

test("a command finds programs where we have no path ourselves", () => {
  expect(shellEnvironment({}, "/work").PATH).toContain("/usr/bin:");
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
  expect(Object.values(shellEnvironment(ours, "/work"))).not.toContain("secret");
});

test("whatever else is in our environment stays behind", () => {
  const known = Object.keys(shellEnvironment(new Proxy({}, { get: () => "x" }), "/work"));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.constant("secret")), (ours) => {
      const passed = Object.keys(shellEnvironment(ours, "/work")).filter((name) => !known.includes(name));
      expect(passed).toEqual([]);
    }),
  );
});
