export interface MediaType {
  /** In lower case, without parameters; "" when nothing is said. */
  readonly name: string;
  readonly charset: string | undefined;
}

export function parseMediaType(header: string | undefined): MediaType {
  const [name = "", ...parameters] = (header ?? "").split(";");
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]+)"?/i.exec(one)?.[1]).find((one) => one !== undefined);
  return { name: name.trim().toLowerCase(), charset };
}

export type Form = "html" | "text" | "unsaid" | "other";

const textual = new Set([
  "json",
  "xml",
  "javascript",
  "ecmascript",
  "x-javascript",
  "typescript",
  "yaml",
  "x-yaml",
  "toml",
  "x-toml",
  "sql",
  "graphql",
  "x-sh",
  "x-ndjson",
  "ndjson",
  "jsonl",
  "x-tex",
  "rtf",
]);

export function formOf({ name }: MediaType): Form {
  if (name === "" || name === "application/octet-stream") return "unsaid";
  if (name === "text/html" || name === "application/xhtml+xml") return "html";
  const [type = "", subtype = ""] = name.split("/");
  return type === "text" || /\+(json|xml|yaml)$/.test(subtype) || (type === "application" && textual.has(subtype)) ? "text" : "other";
}

const sampleBytesMax = 1_024;

/** What a body is whose server does not say it, by its beginning. */
export function formOfBytes(bytes: Uint8Array): Exclude<Form, "unsaid"> {
  const sample = bytes.subarray(0, sampleBytesMax);
  if (sample.includes(0)) return "other";
  const text = new TextDecoder().decode(sample, { stream: true });
  if (/^\s*</.test(text) && /<(!doctype html|html|head|body)\b/i.test(text)) return "html";
  return text.split("\ufffd").length - 1 > text.length / 10 ? "other" : "text";
}
