import { EgressFault } from "./egress-fault.ts";

export const urlLengthMax = 8_000;

/** Ports that protocols other than HTTP are known by, from 1024 up, as the fetch standard lists them: a request there is meant for something else. */
const otherProtocols = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/**
 * The URL in its one normal form: whatever spelling of an address it had, `hostname` is now the address that would be connected to.
 * Faults: `egress-guard/bad-url` (invalid).
 */
export function checkedUrl(text: string, base?: URL): URL {
  if (text.length > urlLengthMax) throw badUrl(`The URL has more than ${urlLengthMax} characters.`);
  const url = URL.parse(text, base?.href);
  if (url === null) throw badUrl("That is no URL. Write it whole, such as https://example.com/page.");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw badUrl(`Only http and https URLs are fetched, not ${url.protocol.slice(0, 20)}`);
  if (url.username !== "" || url.password !== "") throw badUrl("The URL has a user name or password in it. Write it without.");
  if (url.hostname === "") throw badUrl("The URL names no host.");
  return url;
}

export const portOf = (url: URL): number => (url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port));

/** Whether web servers stand behind such a port. Below 1024 there are two; what else answers there speaks another protocol. */
export const isWebPort = (port: number): boolean => port === 80 || port === 443 || (port >= 1024 && !otherProtocols.has(port));

const badUrl = (message: string) => new EgressFault("invalid", "egress-guard/bad-url", message);
