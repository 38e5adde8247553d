import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Message } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { type ImageFiles, imageFiles } from "./image-files.ts";
import type { StoredImage } from "./image-name.ts";
import { ImageView, type ViewPorts } from "./image-view.ts";
import { inline, png } from "./pictures.fixture.ts";
import { ShownMessages } from "./shown-messages.ts";
import { takeImages } from "./take-images.ts";

const text = (id: string): Message => ({ id, role: "user", parts: [{ chunk: { type: "text", text: id } }] });
const reader = { signal: new AbortController().signal };

/** A view over real files that counts what is asked of them. */
async function open(ports: Partial<ViewPorts> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-view-"));
  const files = imageFiles(folder);
  const asked = { reads: 0, sizes: 0, limits: 0, unreadable: 0 };
  const counted: Pick<ImageFiles, "read" | "sizeBytes"> = {
    read: (image) => {
      asked.reads += 1;
      return files.read(image);
    },
    sizeBytes: (image) => {
      asked.sizes += 1;
      return files.sizeBytes(image);
    },
  };
  const view = new ImageView({
    files: counted,
    imageLimit: async () => {
      asked.limits += 1;
      return 2;
    },
    describe: async () => new Map(),
    unreadable: () => {
      asked.unreadable += 1;
    },
    ...ports,
  });
  const message = async (id: string, ...shades: readonly number[]): Promise<Message> => {
    const images = await takeImages(
      "c1",
      shades.map((shade) => ({ url: inline(png(1, 1, shade)) })),
      files,
    );
    return { id, role: "user", parts: images.map((image) => ({ chunk: { type: "image", ...image } })) };
  };
  return { view, asked, folder, message, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

const urlsOf = (messages: readonly Message[]) =>
  messages.flatMap(({ parts }) => parts.flatMap(({ chunk }) => (chunk.type === "image" ? [chunk.url] : [])));

test("a conversation without images is handed back as it is, and nothing is asked for it", async () => {
  await using at = await open();
  const messages = [text("a"), text("b")];
  expect(await at.view.of(messages, reader)).toBe(messages);
  expect(at.asked).toEqual({ reads: 0, sizes: 0, limits: 0, unreadable: 0 });
});

test("an image is read once, and its message is one and the same object in every step", async () => {
  await using at = await open();
  const messages = [text("a"), await at.message("b", 1)];
  const first = await at.view.of(messages, reader);
  const second = await at.view.of([...messages, text("c")], reader);
  expect(urlsOf(first)).toEqual([inline(png(1, 1, 1))]);
  expect(second[1]).toBe(first[1]);
  expect([second[0], at.asked.reads, at.asked.sizes]).toEqual([messages[0], 1, 1]);
});

test("messages whose images leave are made anew once, the others stay the same object", async () => {
  await using at = await open();
  const messages = await Promise.all([1, 2, 3, 4].map((shade) => at.message(`m${shade}`, shade)));
  const views: (readonly Message[])[] = [];
  for (const count of [1, 2, 3, 4]) views.push(await at.view.of(messages.slice(0, count), reader));
  expect(views.map((view) => urlsOf(view).length)).toEqual([1, 2, 1, 2]);
  expect(views[1]?.[0]).toBe(views[0]?.[0]);
  expect([views[2]?.[0], views[2]?.[1]]).not.toContain(views[1]?.[0]);
  expect(views[3]?.slice(0, 3)).toEqual(views[2]);
  expect(views[3]?.[0]).toBe(views[2]?.[0]);
  expect(views[3]?.[2]).toBe(views[2]?.[2]);
});

test("a blind model costs no read, and the same message is sighted again for another", async () => {
  await using at = await open();
  const messages = [await at.message("a", 1)];
  const blind = await at.view.of(messages, { ...reader, vision: false });
  expect(blind[0]?.parts[0]?.chunk).toMatchObject({ type: "text", text: expect.stringContaining("cannot see images") });
  expect(at.asked.reads + at.asked.sizes + at.asked.limits).toBe(0);
  expect(urlsOf(await at.view.of(messages, reader))).toHaveLength(1);
});

test("a file that is gone is a note, the same in every step; one that was shown before goes on being shown", async () => {
  await using at = await open();
  const [shown, lost] = [await at.message("a", 1), await at.message("b", 2)];
  const before = await at.view.of([shown], reader);
  await rm(at.folder, { recursive: true });
  const first = await at.view.of([shown, lost], reader);
  const second = await at.view.of([shown, lost], reader);
  expect(first[0]).toBe(before[0]);
  expect(first[1]?.parts[0]?.chunk).toMatchObject({ type: "text", text: expect.stringMatching(/stood here\. It is not there any more/) });
  expect(second[1]).toBe(first[1]);
});

test("a disk that fails costs its images, not the turn", async () => {
  const broken = async (): Promise<never> => {
    throw new Error("EIO");
  };
  let told = 0;
  await using at = await open({
    files: { read: broken, sizeBytes: broken },
    unreadable: () => {
      told += 1;
    },
  });
  const [view] = await at.view.of([await at.message("a", 1)], reader);
  expect(view?.parts[0]?.chunk.type).toBe("text");
  expect(told).toBe(1);
});

test("what was left out and has words is put in words", async () => {
  const asked: (readonly StoredImage[])[] = [];
  await using at = await open({
    describe: async (images) => {
      asked.push(images);
      return new Map(images.map(({ name }) => [name, "A grey dot."]));
    },
  });
  const messages = [await at.message("a", 1, 2), await at.message("b", 3)];
  const [first] = await at.view.of(messages, reader);
  expect(first?.parts.map(({ chunk }) => ("text" in chunk ? chunk.text : ""))).toEqual([
    expect.stringMatching(/^\[An image \(PNG\) stands here\. It is not sent any more\. In words: A grey dot\.\]$/),
    expect.stringContaining("In words"),
  ]);
  expect(asked.map((images) => images.length)).toEqual([2]);
});

test("of what is remembered the least recently used is forgotten first, and a message under another key is not found", () => {
  const shown = new ShownMessages(5_000);
  const pictured = (id: string): Message => ({ id, role: "user", parts: [{ chunk: { type: "image", url: "x".repeat(1_000) } }] });
  const [a, b, c] = [text("a"), text("b"), text("c")];
  shown.keep(a, "", pictured("a"));
  shown.keep(b, "", pictured("b"));
  expect(shown.get(a, "")).toBeDefined();
  shown.keep(c, "", pictured("c"));
  expect([shown.get(a, "")?.id, shown.get(b, ""), shown.get(c, "")?.id, shown.get(c, "other")]).toEqual(["a", undefined, "c", undefined]);
  const large: Message = { id: "large", role: "user", parts: [{ chunk: { type: "image", url: "x".repeat(9_000) } }] };
  expect(shown.keep(b, "", large)).toBe(large);
  expect([a, b, c].map((message) => shown.get(message, ""))).toEqual([undefined, undefined, undefined]);
});

// Reaches sentBytesMax.
test("of one request's images 48 MiB are sent; beyond that the older ones are notes, down to half of it", async () => {
  const mebibyte = 1024 * 1024;
  await using at = await open({
    imageLimit: async () => 0,
    files: { sizeBytes: async () => 8 * mebibyte, read: async () => png(1, 1) },
  });
  const messages = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((shade) => at.message(`m${shade}`, shade)));
  expect(urlsOf(await at.view.of(messages.slice(0, 6), reader))).toHaveLength(6);
  expect(urlsOf(await at.view.of(messages, reader))).toHaveLength(3);
});
