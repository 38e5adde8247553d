import { allOps, allStreams } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { describeServer } from "./open-api.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: { readonly "application/json": { readonly schema: object } } };
}
const described = describeServer(allOps, allStreams);
const paths = described.paths as { readonly [path: string]: { readonly [method: string]: Operation } };

test("every op and stream is described at its route, under its id", () => {
  for (const { id, method, path } of [...allOps.map(({ id, http }) => ({ id, ...http })), ...allStreams]) {
    const found = paths[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    expect(found?.operationId, `${method} ${path}`).toBe(id);
  }
});

test("every parameter of a path is required, and named in the path", () => {
  for (const [path, methods] of Object.entries(paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters = [] } of Object.values(methods)) {
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => name).sort()).toEqual(named.sort());
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  }
});

test("fields go where the server looks for them: the query of a GET, the body of a PUT", () => {
  expect(paths["/conversations/{conversationId}"]?.get).toMatchObject({
    parameters: [{ name: "conversationId", in: "path" }, { name: "sinceSeq", in: "query", required: false }, {}, {}],
  });
  expect(paths["/conversations/{conversationId}/title"]?.put).toMatchObject({
    parameters: [{ name: "conversationId", in: "path" }],
    requestBody: { required: true, content: { "application/json": { schema: { required: ["title"] } } } },
  });
  expect(paths["/conversations/{conversationId}/stop"]?.post?.requestBody).toBeUndefined();
});

test("a reader that follows the description accepts fields it does not know", () => {
  expect(JSON.stringify(described)).not.toContain('additionalProperties":false');
});

test("what is described is JSON, and every reference in it leads somewhere", () => {
  const text = JSON.stringify(described);
  expect(JSON.parse(text)).toEqual(described);
  for (const [, group, name] of text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)) {
    expect(described).toHaveProperty(`components.${group}.${name}`);
  }
  expect(text).not.toContain("#/$defs");
});
