import type { Environment } from "@dispatch/child-processes";

/** Of this process, as it was when the server started. */
export const ownEnvironment = (): Environment => ({ ...process.env });
