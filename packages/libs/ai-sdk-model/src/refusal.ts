/** A refusal of the very word, by a model that does not reason. */
export function refusesEffort(thrown: unknown): boolean {
  const body = refusedBody(thrown);
  return /reasoning_?\s?effort/i.test(body) || (/reasoning|thinking|effort/i.test(body) && unknownOption.test(body));
}

/** A refusal of thoughts that were handed back: what one key, model or history signed or encrypted is not valid for another. */
export const refusesThoughts = (thrown: unknown): boolean => /reasoning|thinking|thought|signature|encrypted/i.test(refusedBody(thrown));

/** A refusal of an answer in the history that should have begun with a thought, because this request thinks. */
export const missesThoughts = (thrown: unknown): boolean => /expected [`'"\\]*(thinking|redacted_thinking)/i.test(refusedBody(thrown));

/** What providers say of an option that a model does not have. */
const unknownOption = /not (support|enabled|allowed|permitted)|unsupported|unrecognized|unknown (name|field|parameter)/i;

/** Of an answer that says that the request is wrong; empty for every other failure. */
function refusedBody(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return "";
  const { statusCode, responseBody } = thrown as { readonly statusCode?: unknown; readonly responseBody?: unknown };
  const isRefused = statusCode === 400 || statusCode === 422;
  return isRefused && typeof responseBody === "string" ? responseBody : "";
}
