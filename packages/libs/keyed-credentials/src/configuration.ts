import { z } from "zod";

const keyedCredential = z.strictObject({
  /** What people put before the `/` of a model name. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/),
  /** In the registry, in journals, and for limits. Default: the name. */
  providerId: z.string().min(1).optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Where people set the base URL, for messages. */
  baseUrlName: z.string().optional(),
  /** The environment variable that holds its key; absent for servers that want none. */
  keyName: z.string().optional(),
  /** Makes the credential eligible as the default. */
  model: z.string().min(1).optional(),
});
export type KeyedCredential = z.infer<typeof keyedCredential>;

/** The credentials of one kind of provider, from the environment and from files alike. */
export const keyedCredentials = z.array(keyedCredential).default([]);
