import { SecretValues } from "@dispatch/secrets";
import type { Settings } from "./settings.ts";

/** Every value of the configuration that nobody but its receiver may see: keys, tokens, and the passwords in URLs. */
export function secretValues({ keys, token, baseUrl, credentials, localServers, web, otlp }: Settings): SecretValues {
  const { OTEL_EXPORTER_OTLP_HEADERS: headers = "" } = keys;
  const urls = [
    baseUrl,
    web.firecrawlUrl,
    web.transcriberUrl,
    otlp.endpoint,
    ...Object.values(localServers),
    ...Object.values(credentials).flatMap((list) => list.map((one) => one.baseUrl)),
  ];
  return new SecretValues([...Object.values(keys), token ?? "", ...headerValues(headers), ...urls.flatMap(passwordsOf)]);
}

/** `name=value,…`: a value alone is as secret as the whole. A short one is no credential: it is a tenant's name, or a version. */
const headerValues = (headers: string): readonly string[] =>
  headers
    .split(",")
    .map((item) => item.slice(item.indexOf("=") + 1).trim())
    .flatMap((value) => [value, decoded(value), decoded(value).replace(/^\w+\s+/, "")])
    .filter((value) => value.length >= headerCharsMin);
const headerCharsMin = 12;

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
