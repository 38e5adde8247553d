import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ModelScript, startModelServer } from "@dispatch/testkit";
import { onTestFinished } from "vitest";
import { freePorts, fromSource, startServerProcess } from "./server-process.fixture.ts";
import { secretVariables } from "./settings.ts";

const main = resolve(import.meta.dirname, "main.ts");

/** A secret that nothing else resembles, with signs that JSON, URLs, HTML and the shell write in ways of their own. */
const canaryOf = (name: string): string => `cnry-${name.replaceAll("_", "").toLowerCase()}-${crypto.randomUUID()}/q+"&<`;

/** A whole server with its collector, a secret in every variable that takes one, and all that leaves it. */
export async function startWithCanaries(script: ModelScript) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-canaries-")));
  const canaries = Object.fromEntries(secretVariables.map((name) => [name, canaryOf(name)]));
  const model = await startModelServer({ script });
  const spans = startTaker();
  const plain = Object.entries(canaries).map(([name, value]) => `${name}='${value}'`);
  await writeFile(join(folder, ".env"), `${plain.join("\n")}\n`);
  await writeFile(join(folder, "AGENTS.md"), `The key is ${canaries.DISPATCH_API_KEY}.\n`);
  const server = await startServerProcess(
    folder,
    {
      ...freePorts(),
      ...canaries,
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${encodeURIComponent(canaries.OTEL_EXPORTER_OTLP_HEADERS ?? "")}`,
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
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const token = canaries.DISPATCH_TOKEN ?? "";
  const heard: string[] = [];
  const ask = async (method: string, path: string, body?: unknown, headers: { readonly [name: string]: string } = {}): Promise<string> => {
    const init = {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await fetch(`${server.url}${path}`, init);
    const text = `${[...response.headers].map((pair) => pair.join(": ")).join("\n")}\n${await response.text()}`;
    heard.push(`${method} ${path}\n${text}`);
    return text;
  };
  return { folder, canaries, model, spans, server, heard, ask, written: () => filesBelow(folder) };
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
  const ours = paths.filter((path) => path !== join(folder, ".env") && path !== join(folder, "AGENTS.md"));
  return new Map(await Promise.all(ours.map(async (path) => [path, await readFile(path, "latin1")] as const)));
}

/** The secrets that stand in the text, as they are or in Base64. */
export function leaksIn(text: string, canaries: { readonly [name: string]: string }): readonly string[] {
  return Object.entries(canaries).flatMap(([name, value]) => {
    const id = value.slice(value.indexOf("-", 5) + 1).split("/")[0] ?? "";
    const encoded = [0, 1, 2].map((before) =>
      Buffer.from("x".repeat(before) + id)
        .toString("base64")
        .slice(4, -4),
    );
    return [id, ...encoded].some((form) => text.includes(form)) ? [name] : [];
  });
}
