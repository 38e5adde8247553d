import type { Log } from "@dispatch/kernel";

/** Journals what nobody caught, under the name of the extension whose code threw it. The server goes on: a turn ends by itself or is resumed. */
export function journalUncaught(log: Log, event: "uncaughtException" | "unhandledRejection", thrown: unknown): void {
  const { message, stack } = thrown instanceof Error ? thrown : { message: String(thrown), stack: undefined };
  log.named(ownerOf(stack)).error(event, { "error.message": message, "error.stack": stack ?? "" });
}

/** The extension nearest to the throw; libraries and npm packages throw for whoever called them. */
export const ownerOf = (stack: string | undefined): string =>
  /packages\/extensions\/([a-z0-9-]+)\/src\//.exec(stack ?? "")?.[1] ?? "host-bin";
