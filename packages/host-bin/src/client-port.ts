import { readFileSync } from "node:fs";
import { parseDotenv } from "./dotenv.ts";
import { installationOf } from "./installation.ts";

/** As `systemd/dispatch.env` has it: whoever changes it where only root may read sets `BACKEND_PORT` for the client too. */
const installedPort = "24991";

/** Where the client of an installation looks for its server. Never throws. */
export function clientPort(environment: { readonly [name: string]: string | undefined }, executable: string): string {
  try {
    const { dotenvPath } = installationOf({ environment: { ...environment }, executable, root: "/" });
    return parseDotenv(readFileSync(dotenvPath, "utf8")).values.get("BACKEND_PORT") || installedPort;
  } catch {
    // Not there, or not for us.
    return installedPort;
  }
}
