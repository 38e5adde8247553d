/** An op as the palette offers it, read from the server's own description of itself: what an extension adds is there too. */
export interface PaletteOp {
  readonly id: string;
  readonly summary: string;
  readonly intent: "read" | "write" | "destroy";
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Parameters as `{name}`. */
  readonly path: string;
  readonly fields: readonly OpField[];
}

export interface OpField {
  readonly name: string;
  readonly place: "path" | "query" | "body";
  readonly required: boolean;
  /** `null` is a value of its own. */
  readonly nullable: boolean;
  readonly about: string;
  readonly kind: FieldKind;
}

export type FieldKind =
  | { readonly type: "text"; readonly charsMax?: number }
  | { readonly type: "number"; readonly whole: boolean; readonly min?: number; readonly max?: number }
  | { readonly type: "yes-no" }
  | { readonly type: "choice"; readonly options: readonly string[] }
  /** A list in the query is written with commas. */
  | { readonly type: "list" }
  | { readonly type: "json" };

type Fields = { readonly [name: string]: unknown };
const methods = { get: "GET", post: "POST", put: "PUT", delete: "DELETE" } as const;
const intents = new Set(["read", "write", "destroy"]);

/** What has no intent answers by a stream, and is no op that can be run from a form. */
export function readOps(description: unknown): readonly PaletteOp[] {
  const ops = Object.entries(fieldsOf(fieldsOf(description).paths)).flatMap(([path, item]) =>
    Object.entries(methods).flatMap(([name, method]) => {
      const op = fieldsOf(fieldsOf(item)[name]);
      return typeof op.operationId === "string" && intents.has(op["x-intent"] as string) ? [readOp(path, method, op)] : [];
    }),
  );
  return ops.toSorted((a, b) => a.id.localeCompare(b.id));
}

function readOp(path: string, method: PaletteOp["method"], op: Fields): PaletteOp {
  const parameters = Array.isArray(op.parameters) ? op.parameters.map(fieldsOf) : [];
  const body = fieldsOf(fieldsOf(fieldsOf(fieldsOf(op.requestBody).content)["application/json"]).schema);
  const required = new Set(Array.isArray(body.required) ? body.required : []);
  return {
    id: op.operationId as string,
    summary: textOf(op.summary),
    intent: op["x-intent"] as PaletteOp["intent"],
    method,
    path,
    fields: [
      ...parameters.map(({ name, in: place, required: must, schema }) =>
        readField(textOf(name), place === "path" ? "path" : "query", must === true, fieldsOf(schema)),
      ),
      ...Object.entries(fieldsOf(body.properties)).map(([name, schema]) => readField(name, "body", required.has(name), fieldsOf(schema))),
    ],
  };
}

function readField(name: string, place: OpField["place"], required: boolean, schema: Fields): OpField {
  const forms = Array.isArray(schema.anyOf) ? schema.anyOf.map(fieldsOf) : [schema];
  const others = forms.filter(({ type }) => type !== "null");
  const inner = others.length === 1 ? (others[0] as Fields) : {};
  const about = textOf(schema.description) || textOf(inner.description);
  return { name, place, required, nullable: others.length < forms.length, about, kind: kindOf(inner, place) };
}

function kindOf(schema: Fields, place: OpField["place"]): FieldKind {
  if (Array.isArray(schema.enum) && schema.enum.every((one) => typeof one === "string")) return { type: "choice", options: schema.enum };
  switch (schema.type) {
    case "boolean":
      return { type: "yes-no" };
    case "integer":
    case "number":
      return { type: "number", whole: schema.type === "integer", ...bound("min", schema.minimum), ...bound("max", schema.maximum) };
    case "string":
      return { type: "text", ...bound("charsMax", schema.maxLength) };
    case "array":
      return place === "body" ? { type: "json" } : { type: "list" };
    default:
      return { type: "json" };
  }
}

const bound = <N extends string>(name: N, value: unknown): { [name in N]?: number } =>
  (typeof value === "number" && Number.isSafeInteger(value) ? { [name]: value } : {}) as { [name in N]?: number };
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
