import { expect, test } from "vitest";
import { FolderSamples } from "./folder-samples.ts";

function looks() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<ReadonlyMap<string, string>>>();
  const samples = new FolderSamples((folder) => {
    begun.push(folder);
    const end = Promise.withResolvers<ReadonlyMap<string, string>>();
    ends.set(folder, end);
    return end.promise;
  });
  return { samples, begun, end: (folder: string) => ends.get(folder)?.resolve(new Map([[".ts", `${folder}/a.ts`]])), ends };
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("who asks while a folder is looked through shares the look, and who asks afterwards gets one anew", async () => {
  const { samples, begun, end } = looks();
  const asked = Array.from({ length: 50 }, () => samples.of("/a"));
  expect(begun).toEqual(["/a"]);
  end("/a");
  for (const each of await Promise.all(asked)) expect(each.get(".ts")).toBe("/a/a.ts");
  const again = samples.of("/a");
  expect(begun).toEqual(["/a", "/a"]);
  end("/a");
  await again;
});

// Reaches looksMax.
test("four folders are looked through at once, and the others when one is done, also when its look fails", async () => {
  const { samples, begun, end, ends } = looks();
  const folders = ["/a", "/b", "/c", "/d", "/e", "/f"];
  const asked = folders.map((folder) => samples.of(folder).catch(() => undefined));
  expect(begun).toEqual(["/a", "/b", "/c", "/d"]);
  end("/b");
  await settle();
  expect(begun).toEqual(["/a", "/b", "/c", "/d", "/e"]);
  ends.get("/a")?.reject(new Error("gone"));
  await settle();
  expect(begun).toEqual(folders);
  for (const folder of folders) end(folder);
  expect((await Promise.all(asked)).map((found) => found?.size)).toEqual([undefined, 1, 1, 1, 1, 1]);
});
