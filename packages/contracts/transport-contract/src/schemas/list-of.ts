import { z } from "zod";

/** An array that those who answer may also give as a readonly one. */
export const listOf = <T>(item: z.ZodType<T>): z.ZodType<readonly T[]> => z.array(item);
