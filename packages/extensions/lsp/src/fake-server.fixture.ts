/**
 * A language server that does as its words say. It answers pull diagnostics by the word `bad`, and misbehaves in one way a word:
 * `push` (pushes instead of answering), `push-late` (pushes when it is asked to hover), `hang-initialize`, `hang-shutdown`, `hang-requests`, `die-at-start`, `die-at-hover`, `garbage`, `log-lines`, `huge`, `deep`, `flood`,
 * `flood-requests`, `wrong-ids`, `odd-shapes`, `child` (starts a process that ignores SIGTERM), `memory`, `as-told` (answers with what `answers.json` of its folder
 * has by method).
 */
import { existsSync, readFileSync } from "node:fs";

const words = new Set(process.argv.slice(2));
const texts = new Map<string, string>();
const versions = new Map<string, number>();
let buffer = Buffer.alloc(0);

const raw = (text: string) => process.stdout.write(text);
const send = (message: object) => {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  raw(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};

if (words.has("die-at-start")) {
  console.error("no such option\nfatal: cannot go on");
  process.exit(3);
}
if (words.has("log-lines")) raw("Starting language server…\n\n");
if (words.has("child")) {
  Bun.spawn(["/bin/sh", "-c", "trap '' TERM HUP INT; while :; do sleep 1; done"], {
    stdio: ["ignore", "ignore", "ignore"],
  });
}
if (words.has("memory")) (globalThis as { held?: Buffer }).held = Buffer.alloc(300 * 1024 * 1024, 1);

const problems = (uri: string) =>
  (texts.get(uri) ?? "").split("\n").flatMap((line, at) => {
    const from = line.indexOf("bad");
    return from === -1
      ? []
      : [
          {
            range: { start: { line: at, character: from }, end: { line: at, character: from + 3 } },
            severity: 1,
            source: "fake",
            message: `bad word`,
          },
        ];
  });

const push = (uri: string, version?: number) =>
  send({ method: "textDocument/publishDiagnostics", params: { uri, version, diagnostics: problems(uri) } });

function flood() {
  const body = JSON.stringify({ jsonrpc: "2.0", method: "window/logMessage", params: { type: 3, message: "x".repeat(100) } });
  const many = `Content-Length: ${body.length}\r\n\r\n${body}`.repeat(500);
  const more = () => process.stdout.write(many, () => setImmediate(more));
  more();
}

interface Params {
  readonly textDocument: { readonly uri: string; readonly version?: number; readonly text: string };
  readonly contentChanges: readonly [{ readonly text: string }];
  readonly position: unknown;
  readonly newName: string;
}

const answers: { readonly [method: string]: (params: Params) => unknown } = {
  initialize: () => ({
    capabilities: {
      textDocumentSync: { openClose: true, change: 1, save: true },
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentSymbolProvider: true,
      renameProvider: true,
      ...(!words.has("push") &&
        !words.has("push-late") && { diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false } }),
    },
  }),
  shutdown: () => null,
  "textDocument/diagnostic": ({ textDocument }) => ({ kind: "full", items: problems(textDocument.uri) }),
  "textDocument/hover": ({ textDocument, position }) => ({
    contents: {
      kind: "plaintext",
      value: `${process.pid} ${JSON.stringify(position)} ${texts.get(textDocument.uri)?.length} ${JSON.stringify(process.env)}`,
    },
  }),
  "textDocument/rename": ({ textDocument, newName }) => ({
    changes: {
      [textDocument.uri]: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } }, newText: newName }],
      "file:///etc/passwd": [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } }, newText: newName }],
    },
  }),
  "textDocument/definition": () => [
    { uri: "file:///etc/passwd", range: { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } } },
  ],
};

function told(method: string): unknown {
  if (!words.has("as-told") || !existsSync("answers.json")) return undefined;
  return (JSON.parse(readFileSync("answers.json", "utf8")) as { readonly [method: string]: unknown })[method];
}

function take(message: { readonly id?: number; readonly method?: string; readonly params?: Params }) {
  const { id, method = "", params = {} as Params } = message;
  if (method === "exit") {
    if (!words.has("hang-shutdown")) process.exit(0);
    return;
  }
  if (method === "textDocument/didOpen") texts.set(params.textDocument.uri, params.textDocument.text);
  if (method === "textDocument/didChange") texts.set(params.textDocument.uri, params.contentChanges[0].text);
  if (method === "textDocument/didOpen" || method === "textDocument/didChange") {
    const { uri, version } = params.textDocument;
    if (words.has("push")) push(uri, version);
    versions.set(uri, version ?? 0);
  }
  if (id === undefined || method === "") return;
  if (method === "initialize" && words.has("hang-initialize")) return;
  if (method === "shutdown" && words.has("hang-shutdown")) return;
  if (method !== "initialize" && method !== "shutdown" && words.has("hang-requests")) return;
  if (method === "textDocument/hover" && words.has("die-at-hover")) {
    console.error("panic: nil pointer");
    process.exit(2);
  }
  if (method === "textDocument/hover" && words.has("push-late")) for (const [uri, version] of versions) push(uri, version);
  const answer = told(method) ?? answers[method]?.(params) ?? null;
  if (words.has("wrong-ids") && method !== "initialize") {
    send({ id: 99_999, result: answer });
    send({ id: null, result: answer });
    send({ id: 99_999, error: { code: 1, message: "who?" } });
    send({ method: "$/cancelRequest" });
    send({ id: "x" });
  }
  if (words.has("odd-shapes") && method !== "initialize")
    return send({ id, result: [[null, 1, { uri: 7, range: "x", contents: 4, items: {}, name: 3 }], 5, "text"] });
  send({ id, result: answer });
  if (method !== "initialize") return;
  if (words.has("garbage")) raw("what is this?\r\n\r\n");
  if (words.has("huge")) raw(`Content-Length: ${10 ** 12}\r\n\r\n`);
  if (words.has("deep")) send({ method: "x", params: JSON.parse(`${"[".repeat(300)}${"]".repeat(300)}`) });
  if (words.has("flood")) flood();
  if (words.has("flood-requests"))
    for (let n = 0; n < 15_000; n++) send({ id: `r${n % 3}`, method: "workspace/configuration", params: { items: [{}] } });
}

process.stdin.on("data", (bytes: Buffer) => {
  buffer = Buffer.concat([buffer, bytes]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(buffer.subarray(0, end).toString())?.[1]);
    if (buffer.length < end + 4 + length) return;
    const body = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    take(JSON.parse(body));
  }
});
process.stdin.on("end", () => {
  if (!words.has("hang-shutdown")) process.exit(1);
});
