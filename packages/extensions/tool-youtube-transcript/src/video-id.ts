const form = /^[\w-]{11}$/;
/** What stands before an id in a path: `/shorts/ID`. */
const folders = new Set(["shorts", "live", "embed", "v", "vi", "e", "watch"]);
const hosts = /^(?:(?:www|m|music|gaming)\.)?(?:youtube\.com|youtube-nocookie\.com)$/;

/** The id of the video that is meant: an id itself, or any of the forms in which YouTube's URLs come, with or without `https://`. */
export function videoIdOf(text: string): string | undefined {
  const trimmed = text.trim().replace(/^<|>$/g, "");
  if (form.test(trimmed)) return trimmed;
  const url = URL.parse(trimmed) ?? URL.parse(`https://${trimmed}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return idOf(url);
}

function idOf(url: URL): string | undefined {
  const [first = "", second = ""] = url.pathname.split("/").filter((part) => part !== "");
  const host = url.hostname.replace(/\.$/, "");
  if (host === "youtu.be") return valid(first);
  if (!hosts.test(host)) return undefined;
  if (folders.has(first) && second !== "") return valid(second);
  const inner = first === "attribution_link" ? url.searchParams.get("u") : first === "oembed" ? url.searchParams.get("url") : null;
  if (inner !== null) return videoIdOf(URL.parse(inner, url.href)?.href ?? "");
  return valid(url.searchParams.get("v") ?? url.searchParams.get("vi") ?? "");
}

/** Copied links bring along what stood behind them. */
const valid = (id: string): string | undefined => /^[\w-]{11}(?=$|[^\w-])/.exec(id)?.[0];
