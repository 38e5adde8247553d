import { expect, test } from "vitest";
import { parseConfig } from "./config-file.ts";

const parsed = (servers: object) => parseConfig(".dispatch/lsp.json", JSON.stringify({ servers }));
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`s${n}`, { command: "x" }]));
const items = (count: number) => Array.from({ length: count }, (_, n) => `.x${n}`);

// Reaches serversMax.
test("a project may name as many servers as a machine could start, and no more", () => {
  expect(parsed(many(64))).toHaveProperty("servers");
  expect(parsed(many(65))).toMatchObject({ problem: expect.stringContaining("at most 64 servers") });
});

// Reaches itemsMax.
test("endings and markers of one server are few", () => {
  expect(parsed({ a: { command: "x", extensions: items(64), rootMarkers: items(64) } })).toHaveProperty("servers");
  expect(parsed({ a: { command: "x", extensions: items(65) } })).toMatchObject({ problem: expect.stringContaining("a.extensions") });
  expect(parsed({ a: { command: "x", rootMarkers: items(65) } })).toMatchObject({ problem: expect.stringContaining("a.rootMarkers") });
});
