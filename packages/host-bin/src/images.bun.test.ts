import { mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inline, pictures, png, svg } from "@dispatch/images/fixture";
import { startModelServer, textAnswer } from "@dispatch/testkit";
import { connectClient } from "@dispatch/transport-ws/fixture";
import type { ImageChunk, StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type Api, startApi, types } from "./api.fixture.ts";
import { startServerProcess } from "./server-process.fixture.ts";

const hello = textAnswer(["Hello."]);
const answers = (count: number) => Array.from({ length: count }, () => hello);
const history = async (api: Api, id: string) => (await api.get<{ chunks: readonly StoredChunk[] }>(`/conversations/${id}`)).body.chunks;
const imagesIn = (chunks: readonly StoredChunk[]) =>
  chunks.map(({ chunk }) => chunk).filter((chunk): chunk is ImageChunk => chunk.type === "image");

interface Told {
  readonly messages: readonly { readonly role: string; readonly content: Content }[];
}
type Content = string | readonly { readonly type: string; readonly text?: string; readonly image_url?: { readonly url: string } }[];
/** What the model's server was told in the n-th request, counting from 0: of each user message its texts and its images' addresses. */
const told = (api: Pick<Api, "model">, n: number): readonly string[] =>
  ((api.model.requests[n] ?? { body: { messages: [] } }).body as Told).messages
    .filter(({ role }) => role === "user")
    .flatMap(({ content }) => (typeof content === "string" ? [content] : content.map((part) => part.image_url?.url ?? part.text ?? "")));

test("an image is stored once, named in the log, served back, and reaches the model byte for byte, the same in every step", async () => {
  await using api = await startApi(answers(3));
  const url = inline(pictures.webp ?? expect.fail());
  const seen = await api.chat({ message: "Look", conversationId: "c", images: [{ url, mimeType: "text/html" }] });
  expect(types(seen).at(-1)).toBe("turn-sealed");
  const [image = expect.fail("no image in the log")] = imagesIn(await history(api, "c"));
  expect(image).toEqual({ type: "image", url: expect.stringMatching(/^\/images\/c\/[0-9a-f]{64}\.webp$/), mimeType: "image/webp" });
  const served = await fetch(`${api.url}${image.url}`);
  expect([served.status, served.headers.get("content-type"), served.headers.get("cache-control")]).toEqual([200, "image/webp", "no-cache"]);
  expect(served.headers.get("x-content-type-options")).toBe("nosniff");
  expect(new Uint8Array(await served.arrayBuffer())).toEqual(pictures.webp);
  await api.chat({ message: "And now?", conversationId: "c" });
  const sent = inline(pictures.webp ?? expect.fail(), "image/webp");
  expect([told(api, 0), told(api, 1)]).toEqual([
    ["Look", sent],
    ["Look", sent, "And now?"],
  ]);
  expect(await readdir(join(api.folder, "data/images"), { recursive: true })).toHaveLength(2);
});

test("over the socket it is the same, and what is no image is a chat error", async () => {
  await using api = await startApi(answers(1));
  using client = await connectClient(api.socketUrl);
  client.send({ type: "chat.send", conversationId: "c", message: "", images: [{ url: inline(svg, "image/svg+xml") }] });
  expect(await client.next("chat.error")).toMatchObject({ conversationId: "c", message: expect.stringContaining("Image 1 is not PNG") });
  client.send({ type: "chat.send", conversationId: "c", message: "", images: [{ url: inline(png(2, 2)) }] });
  await client.untilEvent("turn-sealed");
  expect(told(api, 0)).toEqual([inline(png(2, 2))]);
  expect(imagesIn(await history(api, "c"))).toHaveLength(1);
});

test("an image that is none, or not whole, is 400, and neither message nor image is stored", async () => {
  await using api = await startApi([]);
  const cases = [
    [inline(new TextEncoder().encode("<html>")), "images/not-an-image"],
    [inline(svg, "image/svg+xml"), "images/not-an-image"],
    [inline((pictures.jpg ?? expect.fail()).subarray(0, -3), "image/jpeg"), "images/not-whole"],
    ["file:///etc/passwd", "images/bad-url"],
  ] as const;
  for (const [url, code] of cases) {
    const answer = await api.send("POST", "/chat", { message: "Look", conversationId: "c", images: [{ url: inline(png(1, 1)) }, { url }] });
    expect(answer).toMatchObject({ status: 400, body: { kind: "invalid", code, data: { image: 2 } } });
  }
  expect(await api.get("/conversations")).toMatchObject({ body: { conversations: [] } });
  expect(await readdir(join(api.folder, "data"))).not.toContain("images");
});

test("an address on the web goes to the model as it is; this server asks nobody for it", async () => {
  const asked: string[] = [];
  using decoy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      asked.push(request.url);
      return new Response("no");
    },
  });
  await using api = await startApi(answers(1));
  const url = `http://127.0.0.1:${decoy.port}/inside.png`;
  await api.chat({ message: "Look", conversationId: "c", images: [{ url }] });
  expect(told(api, 0)).toEqual(["Look", url]);
  expect(imagesIn(await history(api, "c"))).toEqual([{ type: "image", url }]);
  expect(asked).toEqual([]);
});

test("images are served by their own names alone, in their own conversation alone", async () => {
  await using api = await startApi(answers(1));
  await api.chat({ message: "Look", conversationId: "c", images: [{ url: inline(png(1, 1)) }] });
  const [{ url } = expect.fail()] = imagesIn(await history(api, "c"));
  const name = url.split("/").at(-1) ?? "";
  const statusOf = async (path: string) => (await fetch(`${api.url}${path}`)).status;
  expect(await statusOf(url)).toBe(200);
  expect((await fetch(`${api.url}${url}`, { method: "HEAD" })).status).toBe(200);
  expect(await statusOf(`/images/other/${name}`)).toBe(404);
  for (const id of ["..%2f..%2fdispatch.db", "a%2Fb", "..", "%2e%2e%2fx", "x.png", `${name}x`, name.slice(2)]) {
    const status = await statusOf(`/images/c/${id}`);
    expect([400, 404], id).toContain(status);
    if (!id.startsWith("..") || id.includes("%")) expect(status, id).toBe(400);
  }
  expect(await statusOf(`/images/..%2fdata/${name}`)).toBe(400);
  expect((await fetch(`${api.url}${url}`, { method: "DELETE" })).status).toBe(405);
  expect((await fetch(`${api.url}${url}`, { headers: { origin: "https://evil.example" } })).status).toBe(403);
});

test("closing a conversation keeps its images, and a turn that opens it again shows them; a file that is gone is a note", async () => {
  await using api = await startApi(answers(3));
  await api.chat({ message: "Look", conversationId: "c", images: [{ url: inline(png(1, 1)) }] });
  const [{ url } = expect.fail()] = imagesIn(await history(api, "c"));
  await api.send("POST", "/conversations/c/close");
  expect((await fetch(`${api.url}${url}`)).status).toBe(200);
  await api.chat({ message: "Again", conversationId: "c" });
  expect(told(api, 1)).toEqual(["Look", inline(png(1, 1)), "Again"]);
  await rm(join(api.folder, "data/images"), { recursive: true });
  await api.chat({ message: "More", conversationId: "c", images: [{ url: inline(png(2, 1)) }] });
  expect((await fetch(`${api.url}${url}`)).status).toBe(404);
  expect(told(api, 2).at(-1)).toBe(inline(png(2, 1)));
});

test("a model that is known to be blind reads what stands there, and one that sees gets the image", async () => {
  const models = JSON.stringify({
    object: "list",
    data: [
      { id: "blind", architecture: { input_modalities: ["text"] } },
      { id: "seeing", architecture: { input_modalities: ["text", "image"] } },
    ],
  });
  await using api = await startApi(answers(2), {}, { headers: { "content-type": "application/json" }, steps: [models] });
  await api.get("/models");
  const images = [{ url: inline(png(1, 1)) }, { url: "https://example.com/cat.png" }];
  await api.chat({ message: "Look", conversationId: "c", model: "opencode/blind", images });
  await api.chat({ message: "Again", conversationId: "c", model: "opencode/seeing" });
  const [look, first = "", second = ""] = told(api, 0);
  expect(look).toBe("Look");
  expect(first).toMatch(/^\[An image \(PNG\) stands here\. This model cannot see images\.\]$/);
  expect(second).toBe("[An image (https://example.com/cat.png) stands here. This model cannot see images.]");
  expect(told(api, 1)).toEqual(["Look", inline(png(1, 1)), "https://example.com/cat.png", "Again"]);
});

test("a provider that refuses images is asked again at once without, and no more with them", async () => {
  const error = { error: { message: "No endpoints found that support image input", code: 404 } };
  const refused = { status: 404, headers: { "content-type": "application/json" }, steps: [JSON.stringify(error)] };
  await using api = await startApi([refused, hello, hello]);
  const seen = await api.chat({ message: "Look", conversationId: "c", images: [{ url: inline(png(1, 1)) }] });
  expect(types(seen)).not.toContain("error");
  await api.chat({ message: "Again", conversationId: "c" });
  expect(told(api, 0)).toEqual(["Look", inline(png(1, 1))]);
  expect(told(api, 1)).toEqual(["Look", expect.stringContaining("This model cannot see images")]);
  expect(told(api, 2)).toEqual([...told(api, 1), "Again"]);
});

test("an image that its provider does not take fails its own turn, and not the ones behind it", async () => {
  const error = { error: { message: "Invalid image: unsupported media type image/bmp" } };
  const refused = { status: 400, headers: { "content-type": "application/json" }, steps: [JSON.stringify(error)] };
  await using api = await startApi([refused, refused, hello, hello]);
  const images = [{ url: inline(pictures.bmp ?? expect.fail(), "image/bmp") }];
  expect(types(await api.chat({ message: "Look", conversationId: "c", images }))).toContain("error");
  for (const message of ["Never mind", "Go on"]) expect(types(await api.chat({ message, conversationId: "c" }))).not.toContain("error");
  expect(told(api, 1)).toEqual(["Look", inline(pictures.bmp ?? expect.fail(), "image/bmp"), "Never mind"]);
  expect(told(api, 2)).toEqual(["Look", "[An image (BMP) stands here. This model did not take it.]", "Never mind"]);
  expect(told(api, 3)).toEqual([...told(api, 2), "Go on"]);
});

test("settings of sight are read, changed in part, and refused when they are none", async () => {
  await using api = await startApi([]);
  expect(await api.get("/settings/vision")).toEqual({ status: 200, body: { imageLimit: 10, compactionModel: null } });
  expect((await api.send("PUT", "/settings/vision", { imageLimit: 3 })).body).toEqual({ imageLimit: 3, compactionModel: null });
  expect((await api.send("PUT", "/settings/vision", { compactionModel: "a/b" })).body).toEqual({ imageLimit: 3, compactionModel: "a/b" });
  for (const wrong of [{ imageLimit: -1 }, { imageLimit: 1.5 }, { imageLimit: "3" }, { imageLimit: null }, { compactionModel: 7 }, []])
    expect(await api.send("PUT", "/settings/vision", wrong), JSON.stringify(wrong)).toMatchObject({ status: 400 });
  expect((await api.send("PUT", "/settings/vision", {})).body).toEqual({ imageLimit: 3, compactionModel: "a/b" });
  expect((await api.send("PUT", "/settings/vision", { imageLimit: 0, compactionModel: null })).body).toEqual({
    imageLimit: 0,
    compactionModel: null,
  });
});

test("beyond the limit the older half of the images leaves at once, each described once by the model that was set for it", async () => {
  const described: string[] = [];
  await using api = await startApi(({ body }) => {
    const { model, messages } = body as { model: string; messages: readonly { content: unknown }[] };
    if (model !== "painter") return hello;
    described.push(JSON.stringify(messages));
    return textAnswer([`A grey   square, number ${described.length}.\n`]);
  });
  await api.send("PUT", "/settings/vision", { imageLimit: 2, compactionModel: "opencode/painter" });
  const turns = [10, 20, 30, 40];
  for (const shade of turns) await api.chat({ message: `${shade}`, conversationId: "c", images: [{ url: inline(png(1, 1, shade)) }] });
  const asked = api.model.requests.flatMap(({ body }, n) => ((body as { model: string }).model === "painter" ? [] : [n]));
  const [one = 0, two = 0, three = 0, four = 0] = asked;
  expect(told(api, two).slice(0, 2)).toEqual(told(api, one));
  expect(described.length).toBe(2);
  expect(told(api, three).filter((part) => part.startsWith("data:"))).toEqual([inline(png(1, 1, 30))]);
  expect(told(api, three)[1]).toMatch(/It is not sent any more\. In words: A grey square, number \d\.\]$/);
  expect(told(api, four).slice(0, told(api, three).length)).toEqual(told(api, three));
  expect(told(api, four).filter((part) => part.startsWith("data:"))).toEqual([inline(png(1, 1, 30)), inline(png(1, 1, 40))]);
});

test("an image alone is a message; its conversation is named by the first text that comes", async () => {
  await using api = await startApi(answers(2));
  await api.chat({ message: "", conversationId: "c", images: [{ url: inline(png(1, 1)) }] });
  const titles = async () => (await api.get<{ conversations: readonly { title: string }[] }>("/conversations")).body.conversations;
  expect(await titles()).toMatchObject([{ title: "Untitled" }]);
  await api.chat({ message: "What is it?", conversationId: "c" });
  expect(await titles()).toMatchObject([{ title: "What is it?" }]);
});

test("images lie where DISPATCH_IMAGE_DIR says", async () => {
  await using elsewhere = await startApi(answers(1), { DISPATCH_IMAGE_DIR: "./pictures" });
  await elsewhere.chat({ message: "Look", conversationId: "c", images: [{ url: inline(png(1, 1)) }] });
  expect(await readdir(join(elsewhere.folder, "pictures"))).toHaveLength(1);
});

test("a server that is killed as soon as a message is taken still has its image, and shows it when the turn is taken up", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-images-")));
  await using model = await startModelServer({ script: (_request, n) => (n === 0 ? { steps: ["stall"] } : hello) });
  const environment = { DISPATCH_API_KEY: "key", DISPATCH_BASE_URL: model.url, DISPATCH_DB: join(folder, "data/dispatch.db") };
  {
    await using server = await startServerProcess(folder, environment);
    const body = JSON.stringify({ conversationId: "c", message: "Look", images: [{ url: inline(png(1, 1)) }] });
    void fetch(`${server.url}/chat`, { method: "POST", body }).catch(() => {});
    await model.request(1);
  }
  await using server = await startServerProcess(folder, environment);
  await model.request(2);
  expect(told({ model }, 1)).toEqual(["Look", inline(png(1, 1))]);
  await fetch(`${server.url}/conversations/c/last`);
  const { chunks } = (await (await fetch(`${server.url}/conversations/c`)).json()) as { chunks: readonly StoredChunk[] };
  expect((await fetch(`${server.url}${imagesIn(chunks)[0]?.url}`)).status).toBe(200);
  await rm(folder, { recursive: true });
});

test("a folder that cannot be written to refuses the message with what to do, and messages without images go on", async () => {
  await using api = await startApi(answers(1), { DISPATCH_IMAGE_DIR: "./pictures" });
  await writeFile(join(api.folder, "pictures"), "a file stands here");
  const [error] = await api.chat({ message: "Look", conversationId: "c", images: [{ url: inline(png(1, 1)) }] });
  expect(error).toMatchObject({ type: "error", code: "images/disk", kind: "unavailable" });
  expect(types(await api.chat({ message: "Look", conversationId: "c" })).at(-1)).toBe("turn-sealed");
});
