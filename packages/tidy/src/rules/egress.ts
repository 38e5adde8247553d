import type { Rule, Source } from "../tree.ts";

/** Where a connection is opened, and who chose where it leads. A model chooses only behind the first one. */
const doors: { readonly [path: string]: string } = {
  "packages/libs/egress-guard/src/socket.ts": "a model: every address is checked",
  "packages/libs/egress-guard/src/exchange.ts": "the same request, over the socket that was checked",
  "packages/libs/ai-sdk-model/src/list-models.ts": "a person: a provider's base URL",
  "packages/libs/ai-sdk-model/src/provider-fetch.ts": "a person: a provider's base URL",
  "packages/libs/ai-sdk-model/src/sdk-provider.ts": "a person: a provider's base URL",
  "packages/extensions/local-servers/src/local-provider.ts": "a person: the address of a server of their own",
  "packages/extensions/otel-export/src/post-spans.ts": "a person: where spans go",
  "packages/extensions/tool-web-search/src/firecrawl-client.ts":
    "a person: Firecrawl's address; what it is to read is checked by the guard",
  "packages/extensions/tool-youtube-transcript/src/transcriber.ts": "a person: the service's address; of the video it is told the id alone",
};

const groups: readonly string[] = ["kernel", "extensions", "libs", "observability", "host-bin"];

export const egress: Rule = {
  name: "connections are opened in known files alone, and where a model chooses the address by the egress guard",
  broken: (tree) => {
    const sources = tree.sources.filter((source) => groups.includes(source.package.group) && !source.test);
    const found = sources.filter(opens);
    const stale = Object.keys(doors).filter((path) => tree.files.has(path) && !found.some((source) => source.path === path));
    return [
      ...found
        .filter(({ path }) => !(path in doors))
        .map(
          ({ path }) =>
            `${path} opens a connection: where a model may choose the address, ask @dispatch/egress-guard; else add the file to the doors of rules/egress.ts with who chose it`,
        ),
      ...stale.map((path) => `${path} opens no connection: take it from the doors of rules/egress.ts`),
    ];
  },
};

const packagesThatConnect = /^(?:axios|undici|ws|got|node-fetch|@mendable\/firecrawl-js|node:(?:https?|http2|tls|dgram))$/;

function opens({ text, imports }: Source): boolean {
  if (imports.some(({ specifier, typeOnly }) => !typeOnly && packagesThatConnect.test(specifier))) return true;
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  return connecting.test(code) || (!ownFetch.test(code) && /(?<![.\w])fetch\(/.test(code));
}

const connecting =
  /\bglobalThis\.fetch\b|\bnew (?:WebSocket|EventSource)\(|\bBun\.(?:connect|udpSocket|fetch)\(|import \{[^}]*\b(?:connect|createConnection)\b[^}]*\} from "node:net"/;
/** A file may call something else by that name. */
const ownFetch = /\bconst fetch\b|\bfetch\([^)]*\): Promise<|\bfetch\([^)]*\) \{/;
