import { keyedCredentials } from "@dispatch/keyed-credentials";
import { z } from "zod";

export const config = z.strictObject({ credentials: keyedCredentials });
export type Config = z.infer<typeof config>;
