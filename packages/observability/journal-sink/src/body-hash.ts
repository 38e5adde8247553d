import { hash } from "node:crypto";

/** SHA-256 of the text as UTF-8, 64 hex digits. */
export const bodyHash = (body: string): string => hash("sha256", body, "hex");
