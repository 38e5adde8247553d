const tracesPath = "/v1/traces";

/** Where traces go: an endpoint is a base, as OpenTelemetry has it, unless it names the path already. */
export function traceUrl(endpoint: string): string {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith(tracesPath) ? path : `${path}${tracesPath}`;
  return url.href;
}
