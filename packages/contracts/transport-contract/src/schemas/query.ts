import { z } from "zod";

/** A whole number that may come as text, as it does in a query. Empty text is absence. */
export const queryInteger = (min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodOptional<z.ZodType<number | undefined>> =>
  z.preprocess(wholeNumber, z.int().min(min).max(max).optional()).optional();

function wholeNumber(given: unknown): unknown {
  if (given === "") return undefined;
  return typeof given === "string" && /^-?\d{1,15}$/.test(given) ? Number(given) : given;
}

/** Text of which white space at the ends does not count. Empty text is absence. */
export const queryText: z.ZodOptional<z.ZodType<string | undefined>> = z.preprocess(trimmed, z.string().optional()).optional();

function trimmed(given: unknown): unknown {
  if (typeof given !== "string") return given;
  const text = given.trim();
  return text === "" ? undefined : text;
}
