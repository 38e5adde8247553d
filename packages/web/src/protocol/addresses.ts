/** Where the server is. A page that the server itself serves asks its own origin; a page from elsewhere is told by its build. */
export interface Addresses {
  /** Without a slash at its end. */
  readonly http: string;
  readonly socket: string;
}

export interface BuildSettings {
  readonly VITE_HTTP_URL?: string;
  readonly VITE_HTTP_PORT?: string;
  readonly VITE_WS_URL?: string;
  readonly VITE_WS_PORT?: string;
  /** `true` under the development server, which serves no API itself. */
  readonly DEV?: boolean;
}

const devHttpPort = "24203";

export function addressesOf(
  page: { readonly protocol: string; readonly host: string; readonly hostname: string },
  build: BuildSettings,
): Addresses {
  const port = build.VITE_HTTP_PORT ?? (build.DEV === true ? devHttpPort : undefined);
  const http =
    build.VITE_HTTP_URL ?? (port === undefined ? `${page.protocol}//${page.host}` : `${page.protocol}//${page.hostname}:${port}`);
  const ownSocket = build.VITE_WS_PORT === undefined ? undefined : `${socketScheme(page.protocol)}//${page.hostname}:${build.VITE_WS_PORT}`;
  return { http: trimmed(http), socket: build.VITE_WS_URL ?? ownSocket ?? `${trimmed(http).replace(/^http/, "ws")}/ws` };
}

const socketScheme = (protocol: string): string => (protocol === "https:" ? "wss:" : "ws:");
const trimmed = (url: string): string => url.replace(/\/+$/, "");
