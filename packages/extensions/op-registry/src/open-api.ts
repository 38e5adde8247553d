import { errorBody, type Op, type StreamRoute } from "@dispatch/transport-contract";
import { z } from "zod";

type JsonObject = { readonly [key: string]: unknown };

interface Route {
  readonly id: string;
  readonly summary: string;
  readonly method: string;
  readonly path: string;
  readonly input: z.ZodType;
  readonly bodyOptional?: true;
  readonly answer: JsonObject;
  readonly more?: JsonObject;
}

/** OpenAPI 3.1, all of it derived: what is said here is what is validated. */
export function describeServer(ops: readonly Op[], streams: readonly StreamRoute[]): JsonObject {
  const paths: { [path: string]: { [method: string]: JsonObject } } = {};
  for (const route of [...ops.map(routeOfOp), ...streams.map(routeOfStream)]) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Dispatch",
      version: "1",
      description: "Fields that are not listed here are ignored in requests and may appear in answers.",
    },
    paths,
    components: {
      schemas: { Error: schemaOf(errorBody) },
      responses: {
        Error: { description: "A fault: what went wrong and what to do next.", content: json({ $ref: "#/components/schemas/Error" }) },
      },
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "Needed where the server has a token." } },
    },
    security: [{}, { token: [] }],
  };
}

const routeOfOp = ({ id, summary, intent, input, output, http, examples }: Op): Route => ({
  id,
  summary,
  ...http,
  input,
  answer: json(schemaOf(output), examples.length === 0 ? {} : { example: examples[0]?.output }),
  more: { "x-intent": intent },
});

const routeOfStream = ({ id, summary, method, path, input, contentType }: StreamRoute): Route => ({
  id,
  summary,
  method,
  path,
  input,
  answer: { [contentType]: { schema: { type: "string" } } },
});

function operation({ id, summary, method, path, input, bodyOptional, answer, more }: Route): JsonObject {
  const { properties = {}, required = [] } = schemaOf(input) as {
    properties?: { readonly [name: string]: unknown };
    required?: readonly string[];
  };
  const inPath = new Set([...path.matchAll(/:(\w+)/g)].map(([, name]) => name));
  const others = Object.keys(properties).filter((name) => !inPath.has(name));
  const inBody = method === "POST" || method === "PUT" ? others : [];
  const parameters = Object.keys(properties)
    .filter((name) => !inBody.includes(name))
    .map((name) => ({
      name,
      in: inPath.has(name) ? "path" : "query",
      required: required.includes(name),
      schema: properties[name],
    }));
  const body = {
    type: "object",
    properties: Object.fromEntries(inBody.map((name) => [name, properties[name]])),
    required: inBody.filter((name) => required.includes(name)),
  };
  return {
    operationId: id,
    summary,
    tags: [id.slice(0, id.indexOf("."))],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(inBody.length === 0 ? {} : { requestBody: { required: bodyOptional !== true, content: json(body) } }),
    responses: { 200: { description: summary, content: answer }, default: { $ref: "#/components/responses/Error" } },
    ...more,
  };
}

const json = (schema: JsonObject, more: JsonObject = {}): JsonObject => ({ "application/json": { schema, ...more } });

/** Described as given also for outputs: a reader that follows this stays open to fields it does not know. */
function schemaOf(schema: z.ZodType): JsonObject {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return described;
}
