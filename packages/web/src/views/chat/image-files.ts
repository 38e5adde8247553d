import type { ImageInput } from "@dispatch/wire";

// As the server takes them: `limits.ts` of the transport contract.
const imagesMax = 32;
const imageBytesMax = 8 * 1024 * 1024;
const kinds = new Set(["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"]);

/** Files as images of a message; `fault` says which were not taken, and why. */
export async function droppedImages(
  files: readonly File[],
  already: number,
): Promise<{ readonly images: readonly ImageInput[]; readonly fault: string }> {
  const taken: File[] = [];
  const faults = new Set<string>();
  for (const file of files) {
    if (!kinds.has(file.type)) faults.add("Only PNG, JPEG, WebP, GIF and BMP images can be sent.");
    else if (file.size > imageBytesMax) faults.add(`${file.name} is larger than 8 MB: make it smaller first.`);
    else if (already + taken.length >= imagesMax) faults.add(`A message holds ${imagesMax} images at most.`);
    else taken.push(file);
  }
  const images = await Promise.all(taken.map(async (file) => ({ url: await dataUrl(file), mimeType: file.type })));
  return { images, fault: [...faults].join(" ") };
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("the file cannot be read"));
    reader.readAsDataURL(file);
  });
}
