import { appendFile, copyFile, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ModelScript, startModelServer } from "@dispatch/testkit";
import { onTestFinished } from "vitest";
import { certificate } from "./certificate.fixture.ts";
import { freePorts, fromSource, startServerProcess } from "./server-process.fixture.ts";
import { secretVariables } from "./settings.ts";

const main = resolve(import.meta.dirname, "main.ts");

/** A secret that nothing else resembles, with signs that JSON, URLs, HTML and the shell write in ways of their own. */
const canaryOf = (name: string): string => `cnry-${name.replaceAll("_", "").toLowerCase()}-${crypto.randomUUID()}/q+"&<`;

/** What the test itself writes into the folder, where tools find it. */
const planted = [".env", "AGENTS.md", "copy-of-the-key"] as const;

/** A whole server with its collector, a secret in every variable that takes one, a key of TLS, a token that it made, and all that leaves it. */
export async function startWithCanaries(script: ModelScript) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-canaries-")));
  const variables = Object.fromEntries(secretVariables.map((name) => [name, canaryOf(name)]));
  const tls = await certificate();
  const ca = await readFile(tls.cert, "utf8");
  const model = await startModelServer({ script });
  const spans = startTaker();
  const plain = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
  await writeFile(join(folder, ".env"), `${plain.join("\n")}\n`);
  await writeFile(join(folder, "AGENTS.md"), `The key is ${variables.DISPATCH_API_KEY}.\n`);
  await copyFile(tls.key, join(folder, "copy-of-the-key"));
  const server = await startServerProcess(
    folder,
    {
      ...freePorts(),
      ...variables,
      DISPATCH_TLS_CERT: tls.cert,
      DISPATCH_TLS_KEY: tls.key,
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${encodeURIComponent(variables.OTEL_EXPORTER_OTLP_HEADERS ?? "")}`,
      DISPATCH_BASE_URL: model.url,
      DISPATCH_MODEL: "scripted",
      DISPATCH_OTLP_URL: spans.url,
      DISPATCH_OTLP_CONTENT: "on",
      DISPATCH_TRACE_RECORDINGS: "on",
      DISPATCH_LOG_LEVEL: "debug",
      DISPATCH_POLICY_MODE: "full",
      DISPATCH_APPROVAL: "auto",
    },
    fromSource(main),
  );
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    spans.stop();
    await tls[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const token = await makeToken(server.url, variables.DISPATCH_TOKEN ?? "", ca);
  await appendFile(join(folder, ".env"), `MADE='${token}'\n`);
  const canaries: Canaries = { ...variables, "made token": token, ...(await linesOf(tls.key)) };
  const heard: string[] = [];
  const ask = async (method: string, path: string, body?: unknown, headers: { readonly [name: string]: string } = {}): Promise<string> => {
    const init = {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      tls: { ca },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await fetch(`${server.url}${path}`, init);
    const text = `${[...response.headers].map((pair) => pair.join(": ")).join("\n")}\n${await response.text()}`;
    heard.push(`${method} ${path}\n${text}`);
    return text;
  };
  return { folder, canaries, ca, model, spans, server, heard, ask, written: () => filesBelow(folder) };
}

/** The one answer that may tell a secret is not among what was heard. */
async function makeToken(url: string, owner: string, ca: string): Promise<string> {
  const headers = { authorization: `Bearer ${owner}` };
  const answer = await fetch(`${url}/tokens`, { method: "POST", headers, body: JSON.stringify({ name: "made" }), tls: { ca } });
  return ((await answer.json()) as { readonly secret: string }).secret;
}

/** A file of PEM leaks by its lines. */
async function linesOf(path: string): Promise<Canaries> {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line.length >= 12 && !line.startsWith("-----"));
  return Object.fromEntries(lines.map((line, index) => [`key of TLS, line ${index + 1}`, line]));
}

/** Where spans go. */
function startTaker() {
  const told: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      told.push(await request.text());
      return Response.json({});
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, told, stop: () => void server.stop(true) };
}

/** Every file of the folder but those in which the test itself wrote secrets, as text of one byte a character. */
async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const others = paths.filter((path) => !planted.some((name) => path === join(folder, name)));
  return new Map(await Promise.all(others.map(async (path) => [path, await readFile(path, "latin1")] as const)));
}

export type Canaries = { readonly [name: string]: string };

/** The secrets that stand in the text, as they are or in Base64. */
export function leaksIn(text: string, canaries: Canaries): readonly string[] {
  return Object.entries(canaries).flatMap(([name, value]) => {
    const part = tellingPart(value);
    const encoded = [0, 1, 2].map((before) =>
      Buffer.from("x".repeat(before) + part)
        .toString("base64")
        .slice(4, -4),
    );
    return [part, ...encoded].some((form) => text.includes(form)) ? [name] : [];
  });
}

/** What is secret of it and written the same everywhere: the id of a canary, a token without the prefix that lists show. */
function tellingPart(value: string): string {
  if (value.startsWith("cnry-")) return value.slice(value.indexOf("-", 5) + 1).split("/")[0] ?? "";
  return value.replace(/^dispatch_[0-9a-f]{8}_/, "");
}
