import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { SecretValues } from "@dispatch/secrets";
import type { Settings } from "./settings.ts";

/** Every value of the configuration that nobody but its receiver may see: keys, tokens, the passwords in URLs, and the key of TLS, line by line. */
export function secretValues({ keys, token, baseUrl, credentials, localServers, web, otlp, tls }: Settings, cwd = "."): SecretValues {
  const { OTEL_EXPORTER_OTLP_HEADERS: headers = "" } = keys;
  const urls = [
    baseUrl,
    web.firecrawlUrl,
    web.transcriberUrl,
    otlp.endpoint,
    ...Object.values(localServers),
    ...Object.values(credentials).flatMap((list) => list.map((one) => one.baseUrl)),
  ];
  return new SecretValues([
    ...Object.values(keys),
    token ?? "",
    ...headerValues(headers),
    ...urls.flatMap(passwordsOf),
    ...keyLines(tls, cwd),
  ]);
}

/** `name=value,…`: a value alone is as secret as the whole. A short one is no credential: it is a tenant's name, or a version. */
const headerValues = (headers: string): readonly string[] =>
  headers
    .split(",")
    .map((item) => item.slice(item.indexOf("=") + 1).trim())
    .flatMap((value) => [value, decoded(value), decoded(value).replace(/^\w+\s+/, "")])
    .filter((value) => value.length >= headerCharsMin);
const headerCharsMin = 12;

/** A tool shows a file by its lines. One that cannot be read keeps the door from opening, and is told there. */
function keyLines(tls: Settings["tls"], cwd: string): readonly string[] {
  if (tls === undefined) return [];
  try {
    const lines = readFileSync(resolve(cwd, tls.key), "utf8").split(/\r?\n/);
    return lines.filter((line) => line.length >= keyLineCharsMin && !line.startsWith("-----"));
  } catch {
    return [];
  }
}
/** Shorter ones are a key's end: too short to be told from chance. */
const keyLineCharsMin = 12;

function passwordsOf(text: string | undefined): readonly string[] {
  const password = URL.parse(text ?? "")?.password ?? "";
  return [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
