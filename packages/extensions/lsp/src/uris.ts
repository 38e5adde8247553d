import { fileURLToPath, pathToFileURL } from "node:url";

export const uriOf = (path: string): string => pathToFileURL(path).href;

/** `undefined` for what is no file of this machine. */
export function pathOf(uri: unknown): string | undefined {
  try {
    return typeof uri === "string" && uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
