import { z } from "zod";
import { isTimeZone } from "./calendar.ts";

export const config = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, "must be a time zone, such as Europe/Berlin")
    .optional()
    .describe("Whose days count. Default: the server's own."),
});
