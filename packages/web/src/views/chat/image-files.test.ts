import { expect, test } from "vitest";
import { droppedImages } from "./image-files.ts";

const png = (sizeBytes: number) => new File([new Uint8Array(sizeBytes)], "a.png", { type: "image/png" });

// Reaches imagesMax of image-files.ts.
test("a message that holds 32 images takes no more", async () => {
  expect(await droppedImages([png(1), png(2)], 32)).toEqual({ images: [], fault: "A message holds 32 images at most." });
});

// Reaches imageBytesMax of image-files.ts.
test("an image of more than 8 MiB is refused before it is read", async () => {
  const limit = 8 * 1024 * 1024;
  expect((await droppedImages([png(limit + 1)], 32)).fault).toContain("a.png is larger than 8 MB");
  expect((await droppedImages([png(limit)], 32)).fault).not.toContain("larger");
});
