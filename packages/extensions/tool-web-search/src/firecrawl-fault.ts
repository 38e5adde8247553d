import { type Fault, fault } from "@dispatch/kernel";
import type { Access } from "./firecrawl.ts";

const wordsMax = 300;
const instead = "web_fetch can read a single page meanwhile.";

/** What a failed request to Firecrawl means for the model, without the key. */
export function firecrawlFault(thrown: unknown, access: Access): Fault {
  const { status, code } = failureOf(thrown);
  // Whatever failed on the line has a code; what has none is the SDK, which did not find what it looks for.
  if (status === undefined && code === undefined) return noFirecrawl(thrown);
  const options = { cause: thrown, ...(status !== undefined && { data: { status } }) };
  if (code === "ERR_BAD_RESPONSE" && status === undefined)
    return fault(
      "limited",
      "tool-web-search/too-large",
      "Firecrawl's answer is too large. Ask for fewer results, or for one page.",
      options,
    );
  if (status === undefined)
    return fault(
      "unavailable",
      "tool-web-search/unreachable",
      `Firecrawl cannot be reached (${code}). Try again later; ${instead}`,
      options,
    );
  if (status === 401 || status === 403)
    return fault(
      "denied",
      "tool-web-search/denied",
      `Firecrawl refuses its key. Tell the person to check FIRECRAWL_API_KEY; ${instead}`,
      options,
    );
  if (status === 402)
    return fault("denied", "tool-web-search/no-credit", `The Firecrawl account has no credit left. Tell the person; ${instead}`, options);
  if (status === 429)
    return fault(
      "limited",
      "tool-web-search/limited",
      `Firecrawl takes no more requests for now. Wait a minute before the next; ${instead}`,
      options,
    );
  if (status === 408 || status >= 500)
    return fault(
      "unavailable",
      "tool-web-search/unavailable",
      `Firecrawl failed with status ${status}. Try again later; ${instead}`,
      options,
    );
  if (status < 400) return noFirecrawl(thrown);
  return fault(
    "invalid",
    "tool-web-search/refused",
    `Firecrawl refuses the request with status ${status}${saidBy(thrown, access)}`,
    options,
  );
}

/** For an answer that is a web page, empty, or of another shape. */
export const noFirecrawl = (cause?: unknown): Fault =>
  fault(
    "unavailable",
    "tool-web-search/garbled",
    `What answered is not Firecrawl's API. Tell the person to check FIRECRAWL_API_URL; ${instead}`,
    cause === undefined ? {} : { cause },
  );

function failureOf(thrown: unknown): { readonly status?: number; readonly code?: string } {
  const { status, code } = (thrown ?? {}) as { readonly status?: unknown; readonly code?: unknown };
  return { ...(typeof status === "number" && { status }), ...(typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code) && { code }) };
}

/** Its words are another's, and may repeat what it was sent. */
function saidBy(thrown: unknown, { apiKey }: Access): string {
  const message = thrown instanceof Error ? thrown.message.replaceAll(apiKey, "…").replace(/\s+/g, " ").trim() : "";
  return message === "" ? "." : `: ${message.slice(0, wordsMax).toWellFormed()}`;
}
