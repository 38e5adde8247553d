import { imageKindOf } from "@dispatch/transport-contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pictures, png, pngOfSize, svg } from "./pictures.fixture.ts";
import { isWhole } from "./whole-image.ts";

test.each(Object.entries(pictures))("a %s is known by its bytes and whole; cut anywhere it is not", (extension, bytes) => {
  const kind = imageKindOf(bytes) ?? expect.fail("not known");
  expect(kind.extension).toBe(extension);
  expect(isWhole(kind, bytes)).toBe(true);
  for (let length = 0; length < bytes.length; length++) expect(isWhole(kind, bytes.subarray(0, length)), `${length} bytes`).toBe(false);
});

test("bytes behind an image's end do not make it less whole", () => {
  for (const [extension, bytes] of Object.entries(pictures))
    expect(isWhole({ extension }, Uint8Array.from([...bytes, 0, 0xff, 1])), extension).toBe(true);
});

test("a large picture that was cut in the middle of its pixels, or of its last chunk, is told", () => {
  for (const picture of [png(300, 300), pngOfSize(100_000)]) {
    expect(isWhole({ extension: "png" }, picture)).toBe(true);
    for (const cut of [1, 4, 12, 13, 40]) expect(isWhole({ extension: "png" }, picture.subarray(0, -cut))).toBe(false);
  }
});

test("what is no image has no kind: SVG, text that begins like one, nothing", () => {
  for (const text of ["<svg/>", "BM is a company", "GIF87", "RIFF....WAVEfmt ", "%PDF-1.7", "GIF90a", ""])
    expect(imageKindOf(new TextEncoder().encode(text)), text).toBeUndefined();
  expect(imageKindOf(svg)).toBeUndefined();
});

test("whatever bytes come, the answer comes at once and is no throw", () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  fc.assert(
    fc.property(fc.constantFrom(...Object.entries(pictures)), bytes, fc.nat(60), ([extension, picture], noise, at) => {
      const damaged = Uint8Array.from([...picture.subarray(0, at), ...noise]);
      expect(typeof isWhole({ extension }, damaged)).toBe("boolean");
    }),
    { numRuns: 2_000 },
  );
});

test("a picture of no size, or without its pixels or its frame, is none", () => {
  const small = png(1, 1);
  const withoutPixels = Uint8Array.from([...small.subarray(0, 33), ...small.subarray(-12)]);
  expect(isWhole({ extension: "png" }, withoutPixels)).toBe(false);
  const withoutFrame = Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 2, 0xff, 0xd9]);
  expect(isWhole({ extension: "jpg" }, withoutFrame)).toBe(false);
  expect(isWhole({ extension: "png" }, png(0, 1))).toBe(false);
});
