import { z } from "zod";

/** What an id given by a client must look like, so that no id can be a path, a header or a query. */
export const idPattern: RegExp = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

export const id: z.ZodString = z.string().regex(idPattern, "use 1 to 128 letters, digits or _ . : -, beginning with a letter or a digit");

/** Empty text counts as absence. */
export const optionalId: z.ZodOptional<z.ZodType<string | undefined>> = z
  .preprocess((given) => (given === "" ? undefined : given), id.optional())
  .optional();

/** Conversations that were never assigned are in the workspace `default`. */
export const workspaceSlugPattern: RegExp = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export const workspaceSlug: z.ZodString = z
  .string()
  .regex(workspaceSlugPattern, "use 1 to 40 lower-case letters, digits or -, beginning and ending with a letter or a digit");
