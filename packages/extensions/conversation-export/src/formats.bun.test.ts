import type { ConversationRecord, LogEntry } from "@dispatch/conversation-store/contract";
import { SecretValues } from "@dispatch/secrets";
import type { Chunk } from "@dispatch/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exportAs } from "./export-conversation.ts";
import type { Exported } from "./exported.ts";
import { asHtml } from "./html.ts";
import { asJson } from "./json.ts";
import { asMarkdown } from "./markdown.ts";

const signal = new AbortController().signal;
const secrets = new SecretValues(['canary "of" an <export>']);
const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("</section><script>x</script>", '" onload="x', "`".repeat(9), "\n```\n", "&lt;", "javascript:x", "<!--", "]]>", "\u2028"),
);
const chunk: fc.Arbitrary<Chunk> = fc.oneof(
  fc.record({ type: fc.constantFrom("text" as const, "thinking" as const, "system" as const), text: nasty }),
  fc.record({ type: fc.constant("tool-call" as const), toolCallId: nasty, toolName: nasty, input: fc.jsonValue() }),
  fc.record({ type: fc.constant("tool-result" as const), toolCallId: nasty, toolName: nasty, content: nasty, isError: fc.boolean() }),
  fc.record({ type: fc.constant("error" as const), message: nasty }),
  fc.record({
    type: fc.constant("image" as const),
    url: fc.oneof(nasty, fc.constant("https://x.example/<b>"), fc.constant("/images/c/a.png")),
  }),
);
const entry = fc.record({
  role: fc.constantFrom("user" as const, "assistant" as const, "tool" as const),
  chunk,
  messageId: fc.constantFrom("a", "b"),
});
const conversation: fc.Arbitrary<Exported> = fc.tuple(nasty, fc.array(entry, { maxLength: 8 })).map(([title, entries]) => ({
  record: { id: "c", title, status: "closed" } as ConversationRecord,
  entries: entries.map((one, index): LogEntry => ({ ...one, seq: index + 1, providerMetadata: { signature: "s" } })),
  metrics: [],
  images: new Map([["/images/c/a.png", { mimeType: "image/png", base64: "AAAA" }]]),
}));

const elements = new Set([
  "html",
  "head",
  "meta",
  "title",
  "style",
  "body",
  "h1",
  "h2",
  "p",
  "code",
  "section",
  "details",
  "summary",
  "pre",
  "img",
  "a",
]);
const attributes = new Set(["lang", "charset", "http-equiv", "content", "name", "class", "open", "alt", "src", "href"]);

test("whatever was said, a page has only our own elements, and nothing in it loads but the images within", async () => {
  await fc.assert(
    fc.asyncProperty(conversation, async (given) => {
      const wrong: string[] = [];
      const rewriter = new HTMLRewriter().on("*", {
        element(element) {
          if (!elements.has(element.tagName)) wrong.push(element.tagName);
          for (const [name = "", value = ""] of element.attributes) {
            if (!attributes.has(name)) wrong.push(`${element.tagName} ${name}`);
            if (name === "src" && value !== "data:image/png;base64,AAAA") wrong.push(value);
            if (name === "href" && !/^https?:\/\//i.test(value)) wrong.push(value);
          }
        },
      });
      await rewriter.transform(new Response(asHtml(given))).text();
      expect(wrong).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("whatever was said, the JSON gives every entry back, metadata included", () => {
  fc.assert(
    fc.property(conversation, (given) => {
      const read = JSON.parse(asJson(given));
      expect(read.entries).toEqual(JSON.parse(JSON.stringify(given.entries)));
      expect(read.record).toEqual(given.record);
    }),
  );
});

test("whatever a tool said stands in a fence that it does not close", () => {
  fc.assert(
    fc.property(nasty, (content) => {
      const of = { type: "tool-result", toolCallId: "1", toolName: "t", content, isError: false } as const;
      const entries: readonly LogEntry[] = [{ seq: 1, role: "tool", messageId: "m", chunk: of }];
      const text = asMarkdown({
        record: { id: "c", title: "t", status: "idle" } as ConversationRecord,
        entries,
        metrics: [],
        images: new Map(),
      });
      const [, fence = ""] = /^\*\*Result of `t`\*\*\n\n(`+)\n/m.exec(text) ?? [];
      expect(fence.length).toBeGreaterThan(2);
      expect(text.endsWith(`${fence}\n${content}\n${fence}\n`)).toBe(true);
      expect(content).not.toContain(fence);
    }),
  );
});

// Reaches charactersMax, imageCharactersMax.
test("a log that is too long is given up while it is read, and images that find no room are left out", async () => {
  const record = { id: "c", title: "  Übung: a/b\\c  ", status: "idle" } as ConversationRecord;
  let read = 0;
  const endless = async function* (): AsyncGenerator<LogEntry> {
    for (;;) yield { seq: ++read, role: "user", messageId: `m${read}`, chunk: { type: "text", text: "x".repeat(1_000_000) } };
  };
  const images = { read: async () => ({ bytes: new Uint8Array(7_000_000), mimeType: "image/png" }) };
  const log = { record: async () => record, entries: endless, metrics: async () => [] };
  await expect(exportAs("c", "json", { log, images, secrets, signal })).rejects.toMatchObject({
    kind: "limited",
    code: "conversation-export/too-large",
  });
  expect(read).toBeLessThan(30);
  const three = async function* (): AsyncGenerator<LogEntry> {
    for (const n of [1, 2, 3]) yield { seq: n, role: "user", messageId: "m", chunk: { type: "image", url: `/images/c/${n}` } };
  };
  const { text, fileName } = await exportAs("c", "json", { log: { ...log, entries: three }, images, secrets, signal });
  expect([Object.keys(JSON.parse(text).images), fileName]).toEqual([["/images/c/1"], "u-bung-a-b-c.json"]);
});

test("a secret that a person wrote is in no file, whatever its form does to its signs", async () => {
  const said = secrets.values()[0] ?? "";
  const record = { id: "c", title: `about ${said}`, status: "idle" } as ConversationRecord;
  const entries = async function* (): AsyncGenerator<LogEntry> {
    yield { seq: 1, role: "user", messageId: "m", chunk: { type: "text", text: `the key is ${said}` } };
    yield {
      seq: 2,
      role: "assistant",
      messageId: "n",
      chunk: { type: "tool-call", toolCallId: "t", toolName: "x", input: { [said]: [said] } },
    };
  };
  const log = { record: async () => record, entries, metrics: async () => [] };
  for (const format of ["md", "json", "html"] as const) {
    const { text, fileName } = await exportAs("c", format, { log, images: { read: async () => undefined }, secrets, signal });
    expect(`${fileName} ${text}`).not.toMatch(/canary/);
    expect(text).toContain("[masked]");
  }
});

// Reaches nameCharsMax.
test("a file is named by the beginning of a long title", async () => {
  const ports = { images: { read: async () => undefined }, secrets, signal };
  const nameOf = async (title: string) => {
    const record = { id: "c", title, status: "idle" } as ConversationRecord;
    const log = { record: async () => record, entries: async function* () {}, metrics: async () => [] };
    return (await exportAs("c", "md", { log, ...ports })).fileName;
  };
  expect(await nameOf("x".repeat(60))).toBe(`${"x".repeat(60)}.md`);
  expect(await nameOf("x".repeat(61))).toBe(`${"x".repeat(60)}.md`);
});
