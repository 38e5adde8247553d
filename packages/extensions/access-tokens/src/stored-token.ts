import type { Json } from "@dispatch/kernel";
import { z } from "zod";

/** What is kept of a token. It cannot be made from this. */
const schema = z.object({
  name: z.string(),
  readonly: z.boolean(),
  /** SHA-256 of the whole token, in hex. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
});
export type StoredToken = Readonly<z.output<typeof schema>>;

/** `undefined`: it is damaged, and then it lets nobody in. */
export const storedToken = (value: Json): StoredToken | undefined => schema.safeParse(value).data;

const prefix = "token/";
export const keyOf = (id: string): string => `${prefix}${id}`;
export const idOfKey = (key: string): string => key.slice(prefix.length);
export const tokenKeys: { readonly prefix: string } = { prefix };
