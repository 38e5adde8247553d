/** Names of HTTP, and values that need no escape there. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** `name=value,…` as OpenTelemetry's variable has it, values percent-encoded. What is no header is left out. */
export function headerList(text: string): { readonly [name: string]: string } {
  const pairs = text.split(",").flatMap((item) => {
    const at = item.indexOf("=");
    const name = item.slice(0, at).trim().toLowerCase();
    const value = decoded(item.slice(at + 1).trim());
    return at > 0 && headerName.test(name) && headerValue.test(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
