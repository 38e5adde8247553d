import { describe, expect, test } from "vitest";
import { requestOf } from "./op-request.ts";
import { type PaletteOp, readOps } from "./read-ops.ts";

const description = {
  paths: {
    "/tokens/{token}": {
      delete: {
        operationId: "tokens.revoke",
        summary: "Ends a token.",
        "x-intent": "destroy",
        parameters: [{ name: "token", in: "path", required: true, schema: { type: "string", maxLength: 200, description: "Its id." } }],
      },
    },
    "/policy": {
      put: {
        operationId: "policy.server-set",
        summary: "Sets it.",
        "x-intent": "write",
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: {
                  mode: { anyOf: [{ type: "string", enum: ["read-only", "full"], description: "How far." }, { type: "null" }] },
                  rules: { type: "array", items: {} },
                  limit: { type: "integer", minimum: 1, maximum: 9 },
                  on: { type: "boolean" },
                },
                required: ["limit"],
              },
            },
          },
        },
      },
      get: {
        operationId: "policy.server-get",
        summary: "",
        "x-intent": "read",
        parameters: [{ name: "status", in: "query", required: false, schema: { type: "array" } }],
      },
    },
    "/chat": { post: { operationId: "chat.send", summary: "A stream." } },
  },
};
const ops = readOps(description);
const op = (id: string) => ops.find((one) => one.id === id) as PaletteOp;

describe("the server's description of its ops", () => {
  test("every op is read with its fields, by name, and a stream is none", () => {
    expect(ops.map(({ id, intent, method }) => [id, intent, method])).toEqual([
      ["policy.server-get", "read", "GET"],
      ["policy.server-set", "write", "PUT"],
      ["tokens.revoke", "destroy", "DELETE"],
    ]);
    expect(op("policy.server-set").fields).toEqual([
      {
        name: "mode",
        place: "body",
        required: false,
        nullable: true,
        about: "How far.",
        kind: { type: "choice", options: ["read-only", "full"] },
      },
      { name: "rules", place: "body", required: false, nullable: false, about: "", kind: { type: "json" } },
      { name: "limit", place: "body", required: true, nullable: false, about: "", kind: { type: "number", whole: true, min: 1, max: 9 } },
      { name: "on", place: "body", required: false, nullable: false, about: "", kind: { type: "yes-no" } },
    ]);
    expect(op("policy.server-get").fields[0]?.kind).toEqual({ type: "list" });
  });

  test("a description that is none has no ops", () => {
    for (const strange of [undefined, null, 7, {}, { paths: null }, { paths: { "/a": 1, "/b": { get: { "x-intent": "read" } } } }])
      expect(readOps(strange)).toEqual([]);
  });
});

describe("what a form asks for", () => {
  test("values go where their fields stand, each as what it is, and empty ones nowhere", () => {
    expect(requestOf(op("tokens.revoke"), { token: "a/b $& c" })).toEqual({ path: "/tokens/a%2Fb%20%24%26%20c" });
    expect(requestOf(op("policy.server-get"), { status: "idle,closed" })).toEqual({ path: "/policy?status=idle%2Cclosed" });
    expect(requestOf(op("policy.server-get"), { status: "" })).toEqual({ path: "/policy" });
    expect(requestOf(op("policy.server-set"), { mode: null, rules: '[{"a":1}]', limit: "3", on: "false" })).toEqual({
      path: "/policy",
      body: { mode: null, rules: [{ a: 1 }], limit: 3, on: false },
    });
  });

  test("what cannot be read is told with its field", () => {
    expect(requestOf(op("tokens.revoke"), {})).toEqual({ field: "token", message: "token is needed." });
    expect(requestOf(op("policy.server-set"), { limit: "1.5" })).toMatchObject({ field: "limit" });
    expect(requestOf(op("policy.server-set"), { limit: "1", rules: "[" })).toMatchObject({ field: "rules" });
  });
});
