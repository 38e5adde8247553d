import { fault } from "@dispatch/kernel";
import { testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { ByteRoutes } from "./contract.ts";
import { startServer } from "./server.fixture.ts";

const pictures = testExtension("pictures", {
  dependsOn: ["transport-http"],
  activate(host) {
    host.contribute(ByteRoutes, {
      path: "/pictures/:name",
      async read({ name }) {
        if (name !== "a b.png") throw fault("missing", "pictures/unknown", `There is no picture ${name}.`);
        return { bytes: new Uint8Array([0, 255, 10]), contentType: "image/png", headers: { "Cache-Control": "no-cache" } };
      },
    });
  },
});

test("bytes are served as they are, with their type, and nothing guesses another", async () => {
  await using server = await startServer({ others: [pictures] });
  const url = `http://127.0.0.1:${server.port}/pictures/a%20b.png`;
  const answer = await fetch(url);
  expect([answer.status, [...new Uint8Array(await answer.arrayBuffer())]]).toEqual([200, [0, 255, 10]]);
  expect(["content-type", "cache-control", "x-content-type-options"].map((name) => answer.headers.get(name))).toEqual([
    "image/png",
    "no-cache",
    "nosniff",
  ]);
  const head = await fetch(url, { method: "HEAD" });
  expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([200, "image/png", ""]);
});

test("what is not there is an error like any other, and so is another method", async () => {
  await using server = await startServer({ others: [pictures] });
  const missing = await fetch(`http://127.0.0.1:${server.port}/pictures/none`);
  expect([missing.status, await missing.json()]).toMatchObject([404, { code: "pictures/unknown", kind: "missing" }]);
  expect((await fetch(`http://127.0.0.1:${server.port}/pictures/none`, { method: "PUT" })).status).toBe(405);
});
