/** What `GET /doctor` says, as far as the settings show it. */
export interface ServerReport {
  readonly version: string;
  readonly checks: readonly ServerCheck[];
}

export interface ServerCheck {
  readonly id: string;
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  readonly hint?: string;
}

export interface ReadReport {
  /** Of a provider each, without the `provider.` of its id. */
  readonly providers: readonly (ServerCheck & { readonly name: string })[];
  readonly credentials: ServerCheck | undefined;
}

const prefix = "provider.";

export function readReport({ checks }: ServerReport): ReadReport {
  return {
    providers: checks.flatMap((check) => (check.id.startsWith(prefix) ? [{ ...check, name: check.id.slice(prefix.length) }] : [])),
    credentials: checks.find(({ id }) => id === "credentials"),
  };
}
