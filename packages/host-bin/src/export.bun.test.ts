import { inline, png } from "@dispatch/images/fixture";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";

const hostile = "</p><script>alert(1)</script><img src=x onerror=alert(1)> \"quoted\" '&amp;' ```` javascript:alert(1)";
const exported = async (api: Api, format: string, id = "c") =>
  (await api.get<{ text: string; fileName: string }>(`/conversations/${id}/export?format=${format}`)).body;

async function talk(): Promise<Api> {
  const api = await startApi([toolCallAnswer([{ id: "1", name: "list_files", arguments: "{}" }]), textAnswer(["Done. ", hostile])]);
  await api.chat({
    message: hostile,
    conversationId: "c",
    images: [{ url: inline(png(2, 2)) }, { url: "https://images.example/a.png?<b>" }],
  });
  return api;
}

test("a conversation is exported as Markdown, JSON and a page; the JSON gives its whole log back", async () => {
  await using api = await talk();
  const history = (await api.get<{ chunks: readonly StoredChunk[] }>("/conversations/c")).body.chunks;
  const json = JSON.parse((await exported(api, "json")).text);
  expect(json).toMatchObject({ dispatch: "conversation", version: 1, record: { id: "c", status: "idle" }, metrics: [{ steps: [{}, {}] }] });
  expect(json.entries.map(({ seq, role, chunk, messageId }: StoredChunk) => ({ seq, role, chunk, messageId }))).toEqual(history);
  expect(Object.values(json.images)).toEqual([{ mimeType: "image/png", base64: Buffer.from(png(2, 2)).toString("base64") }]);
  const { text, fileName } = await exported(api, "md");
  expect(fileName).toMatch(/^p-script-alert-1-script[a-z0-9-]*\.md$/);
  expect(text).toMatch(/^# [\s\S]*## You\n\n[\s\S]*\*\*Calls `list_files`\*\*[\s\S]*## Assistant\n\nDone\. /);
  expect(await api.get("/conversations/nowhere/export")).toMatchObject({
    status: 404,
    body: { code: "conversation-export/no-conversation" },
  });
  expect(await api.get("/conversations/c/export?format=pdf")).toMatchObject({ status: 400 });
});

test("the page holds no script, no address that loads, and the images themselves, whatever was said", async () => {
  await using api = await talk();
  const { text } = await exported(api, "html");
  const found: string[] = [];
  const rewriter = new HTMLRewriter().on("*", {
    element(element) {
      for (const [name, value] of element.attributes) found.push(`${element.tagName} ${name}=${value.slice(0, 40)}`);
      found.push(element.tagName);
    },
  });
  await rewriter.transform(new Response(text)).text();
  expect(found.filter((one) => /^(script|iframe|object|link|base|form)\b| on\w+=/.test(one))).toEqual([]);
  expect(found.filter((one) => / src=/.test(one))).toEqual([expect.stringMatching(/^img src=data:image\/png;base64,/)]);
  expect(found.filter((one) => / href=/.test(one))).toEqual([expect.stringMatching(/^a href=https:\/\/images\.example\//)]);
  expect(text).toContain("default-src 'none'");
});
