import { testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import type { Capability, Extension } from "../contracts/extension.ts";
import { manifestProblems } from "./manifest.ts";

const every: readonly Capability[] = ["fs", "net", "process", "secrets"];
const granted = { core: every, standard: every, external: ["net"] as const };

const texts = (...extensions: Extension[]) =>
  manifestProblems(extensions, granted).map((problem) => `${problem.extensionId}: ${problem.text}`);

/** What is loaded from outside has been seen by no compiler. */
const foreign = (manifest: unknown) => manifest as Extension;

test("sound manifests have no problem", () => {
  expect(texts(testExtension("store", { tier: "core", capabilities: every }), testExtension("todo-2", { dependsOn: ["store"] }))).toEqual(
    [],
  );
});

test.each(["Todo", "2do", "to_do", "../up", "", "a".repeat(65)])("the id %j is refused", (id) => {
  const name = id === "" ? "extension-1" : id;
  expect(texts(testExtension(id))).toEqual([`${name}: its id ${JSON.stringify(id)} must match ^[a-z][a-z0-9-]{0,63}$`]);
});

test("the kernel's own name is refused", () => {
  expect(texts(testExtension("kernel"))).toEqual(['kernel: its id "kernel" is reserved']);
});

test.each(["1", "1.0", "v1.0.0", "1.0.0 "])("the version %j is refused", (version) => {
  expect(texts(testExtension("a", { version }))).toEqual([
    `a: its version ${JSON.stringify(version)} is not a semantic version such as 1.0.0`,
  ]);
});

test.each(["1.0.0", "0.12.3-beta.1", "1.0.0+build.7"])("the version %j is taken", (version) => {
  expect(texts(testExtension("a", { version }))).toEqual([]);
});

test("an extension for another kernel contract is refused", () => {
  expect(texts(testExtension("a", { apiVersion: "2" }))).toEqual(['a: it was written for kernel contract "2" and this kernel speaks "1"']);
});

test("an unknown tier is told with the nearest one", () => {
  expect(texts(foreign({ ...testExtension("a"), tier: "standart" }))).toEqual([
    'a: it has an unknown tier "standart" (did you mean "standard"?)',
  ]);
});

test("two extensions of one id are both refused", () => {
  expect(texts(testExtension("a"), testExtension("a"))).toEqual(["a: 2 extensions have this id", "a: 2 extensions have this id"]);
});

test("an unknown dependency is told with the nearest extension there is", () => {
  expect(texts(testExtension("storage-sqlite"), testExtension("a", { dependsOn: ["storage-sqlit"] }))).toEqual([
    'a: it depends on the unknown "storage-sqlit" (did you mean "storage-sqlite"?)',
  ]);
});

test("each member of a circle is told its own way round, and who merely depends on it is not", () => {
  const circle = [testExtension("a", { dependsOn: ["b"] }), testExtension("b", { dependsOn: ["a"] })];
  expect(texts(...circle, testExtension("c", { dependsOn: ["a"] }))).toEqual([
    "a: it depends on itself: a → b → a",
    "b: it depends on itself: b → a → b",
  ]);
});

test("a core extension may not stand on one that may fail", () => {
  expect(texts(testExtension("extra"), testExtension("base", { tier: "core", dependsOn: ["extra"] }))).toEqual([
    'base: it is core and depends on "extra", which is standard: core may depend on core alone',
  ]);
});

test("a capability needs to be known, and granted to the tier", () => {
  const external = foreign({ ...testExtension("a"), tier: "external", capabilities: ["net", "process", "nett"] });
  expect(texts(external)).toEqual([
    'a: it declares the capability "process", which external extensions are not granted',
    'a: it declares an unknown capability "nett" (did you mean "net"?)',
  ]);
});

test("every problem of every manifest is told at once", () => {
  const bad = { id: "A", version: "x", apiVersion: "0", tier: "core", dependsOn: ["none"], capabilities: ["fs"], activate() {} };
  expect(texts(foreign(bad), testExtension("b", { version: "y" })).map((text) => text.slice(0, 12))).toEqual([
    'A: its id "A',
    "A: its versi",
    "A: it was wr",
    "A: it depend",
    "b: its versi",
  ]);
});

test.each([null, undefined, 7, "todo", {}, { id: 5, dependsOn: "all", capabilities: [1], config: 3 }])(
  "%j in the list of extensions is a problem and no crash",
  (manifest) => {
    const problems = texts(testExtension("a"), foreign(manifest));
    expect(problems).toContain("extension-2: it has no activate function");
    expect(problems.every((problem) => problem.startsWith("extension-2: "))).toBe(true);
  },
);
