import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageBytesMax, messageImagesBytesMax } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { imageFiles } from "./image-files.ts";
import { imageRoute } from "./image-route.ts";
import { inline, pictures, png, pngOfSize, svg } from "./pictures.fixture.ts";
import { takeImages } from "./take-images.ts";

async function desk() {
  const above = await mkdtemp(join(tmpdir(), "dispatch-images-"));
  const folder = join(above, "deep/images");
  const files = imageFiles(folder);
  return {
    folder,
    files,
    take: (...urls: readonly string[]) =>
      takeImages(
        "c1",
        urls.map((url) => ({ url })),
        files,
      ),
    stored: async () => (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name.includes(".")),
    [Symbol.asyncDispose]: () => rm(above, { recursive: true }),
  };
}

test("every kind is stored under the hash of its bytes and the extension of what it is, whatever the sender called it", async () => {
  await using at = await desk();
  for (const [extension, bytes] of Object.entries(pictures)) {
    const [taken] = await at.take(inline(bytes, "text/html"));
    const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    const mimeType = `image/${extension === "jpg" ? "jpeg" : extension}`;
    expect(taken).toEqual({ url: `/images/c1/${hash}.${extension}`, mimeType });
    expect(await at.files.read({ conversationId: "c1", name: `${hash}.${extension}` })).toEqual(Buffer.from(bytes));
  }
});

test("the same image is stored once, and again when its file was damaged", async () => {
  await using at = await desk();
  const [taken] = await at.take(inline(png(1, 1)), inline(png(1, 1)));
  expect(await at.take(inline(png(1, 1)))).toEqual([taken]);
  const [name = ""] = await at.stored();
  expect(await at.stored()).toHaveLength(1);
  await writeFile(join(at.folder, name), "cut");
  await at.take(inline(png(1, 1)));
  expect(await readFile(join(at.folder, name))).toEqual(Buffer.from(png(1, 1)));
});

test("only the server's user may read them, and nothing unfinished is left", async () => {
  await using at = await desk();
  await Promise.all(Array.from({ length: 20 }, (_, shade) => at.take(inline(png(1, 1, shade)), inline(png(1, 1, 255)))));
  const names = await at.stored();
  expect(names).toHaveLength(21);
  expect(names.every((name) => /^[0-9a-f]{64}\/[0-9a-f]{64}\.png$/.test(name))).toBe(true);
  expect((await stat(join(at.folder, names[0] ?? ""))).mode & 0o777).toBe(0o600);
});

const bad: readonly (readonly [string, string, string])[] = [
  ["text that calls itself an image", inline(new TextEncoder().encode("hello")), "images/not-an-image"],
  ["an SVG", inline(svg, "image/svg+xml"), "images/not-an-image"],
  ["nothing", "data:image/png;base64,", "images/not-an-image"],
  ["a picture that was cut", inline(png(9, 9).subarray(0, -5)), "images/not-whole"],
  ["broken base64", "data:image/png;base64,!!!!", "images/bad-url"],
  ["data that is not base64", "data:image/svg+xml,<svg/>", "images/bad-url"],
  ["data without a comma", "data:image/png;base64", "images/bad-url"],
  ["a file on this machine", "file:///etc/passwd", "images/bad-url"],
  ["a script", "javascript:alert(1)", "images/bad-url"],
  ["a path", "/etc/passwd", "images/bad-url"],
  ["a relative path", "../x.png", "images/bad-url"],
  ["an image of another conversation", `/images/c2/${"0".repeat(64)}.png`, "images/bad-url"],
  ["an image that is not there", `/images/c1/${"0".repeat(64)}.png`, "images/bad-url"],
  ["a name and a password", "https://me:secret@example.com/a.png", "images/bad-url"],
  ["a name alone", "https://me@example.com/a.png", "images/bad-url"],
  ["data with an endless head", `data:image/png;${"x=y;".repeat(100)}base64,${png(1, 1).toBase64()}`, "images/bad-url"],
  ["an endless address", `https://example.com/${"a".repeat(9_000)}`, "images/bad-url"],
  ["one that is too large", inline(pngOfSize(imageBytesMax + 1)), "images/too-large"],
];

// Reaches urlCharsMax, headCharsMax.
test.each(bad)("%s is refused, and so are the good images beside it: nothing is stored", async (_what, url, code) => {
  await using at = await desk();
  await expect(at.take(inline(png(1, 1)), url)).rejects.toMatchObject({ kind: "invalid", code, data: { image: 2 } });
  if (code !== "images/bad-url" || !url.startsWith("/images/c1/")) expect(await at.stored()).toEqual([]);
});

// Reaches imageBytesMax of limits.ts, messageImagesBytesMax of limits.ts.
test("one image of the largest size is taken, and images that are too large together are not", async () => {
  await using at = await desk();
  expect(await at.take(inline(pngOfSize(imageBytesMax)))).toHaveLength(1);
  const half = Math.ceil(messageImagesBytesMax / 2) + 1;
  await expect(at.take(inline(pngOfSize(half)), inline(pngOfSize(half, 1)))).rejects.toMatchObject({ code: "images/too-large" });
});

test("addresses on the web stay as they are and are not asked; a type that is none is left out", async () => {
  await using at = await desk();
  const images = [
    { url: "https://example.com/a.png", mimeType: "image/png" },
    { url: "http://169.254.169.254/latest", mimeType: "text/html; x" },
  ];
  expect(await takeImages("c1", images, at.files)).toEqual([images[0], { url: "http://169.254.169.254/latest" }]);
  expect(await at.stored()).toEqual([]);
});

test("an image that the conversation has may be sent again by its address", async () => {
  await using at = await desk();
  const [taken] = await at.take(inline(png(1, 1)));
  expect(await at.take(taken?.url ?? "")).toEqual([taken]);
  const elsewhere = takeImages("c2", [{ url: taken?.url ?? "" }], at.files);
  await expect(elsewhere).rejects.toMatchObject({ code: "images/bad-url" });
});

test("what is served back has the type of its bytes; what is no name of ours is refused, and what is not there is missing", async () => {
  await using at = await desk();
  const route = imageRoute(at.files);
  const [taken] = await at.take(inline(pictures.gif ?? expect.fail()));
  const imageId = taken?.url.split("/").at(-1) ?? "";
  const answer = await route.read({ conversationId: "c1", imageId }, AbortSignal.timeout(1_000));
  expect(answer).toEqual({
    bytes: Buffer.from(pictures.gif ?? []),
    contentType: "image/gif",
    headers: { "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff" },
  });
  const read = (conversationId: string, name: string) => route.read({ conversationId, imageId: name }, AbortSignal.timeout(1_000));
  await expect(read("c2", imageId)).rejects.toMatchObject({ kind: "missing", code: "images/no-image" });
  await expect(read("c1", imageId.replace("gif", "png"))).rejects.toMatchObject({ kind: "missing" });
  for (const name of [
    "..",
    "../secret",
    "a/b",
    "%2e%2e",
    "",
    "x.gif",
    imageId.toUpperCase(),
    `${imageId}\n`,
    `${imageId}.png`,
    `x${imageId}`,
    imageId.slice(1),
  ])
    await expect(read("c1", name), name).rejects.toMatchObject({ kind: "invalid", code: "images/bad-name" });
  for (const id of ["..", "a/b", "", "a b"]) await expect(read(id, imageId), id).rejects.toMatchObject({ kind: "invalid" });
});

test("a link or a giant in an image's place is not served", async () => {
  await using at = await desk();
  const [taken] = await at.take(inline(png(1, 1)));
  const conversationId = "c1";
  const name = taken?.url.split("/").at(-1) ?? "";
  const path = join(at.folder, (await at.stored())[0] ?? "");
  const secret = join(at.folder, "secret.txt");
  await writeFile(secret, "secret");
  await rm(path);
  await symlink(secret, path);
  await expect(at.files.read({ conversationId, name })).rejects.toMatchObject({ kind: "unavailable", code: "images/disk" });
  await rm(path);
  await writeFile(path, new Uint8Array(imageBytesMax + 1));
  await expect(at.files.read({ conversationId, name })).rejects.toMatchObject({ code: "images/disk" });
  await rm(path);
  await mkdir(path);
  await expect(at.files.read({ conversationId, name })).rejects.toMatchObject({ code: "images/disk" });
});

test("a folder that cannot be written to is told with what to do, and nothing of it is left", async () => {
  await using at = await desk();
  await mkdir(join(at.folder, ".."), { recursive: true });
  await writeFile(at.folder, "a file stands here");
  await expect(at.take(inline(png(1, 1)))).rejects.toMatchObject({
    kind: "unavailable",
    code: "images/disk",
    message: expect.stringContaining("DISPATCH_IMAGE_DIR"),
  });
});
