import { mkdir, realpath, symlink } from "node:fs/promises";
import { join, posix } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openDesk } from "./desk.fixture.ts";
import { within } from "./path-text.ts";
import { followLinks } from "./real-path.ts";

const names = fc.constantFrom("a", "b", "link-in", "link-up", "link-out", "dangling", "file", "no", ".", "..", "");

test("whatever the path, what resolve gives lies inside and is what the system calls the real path", async () => {
  const { workspace, root, outside } = await openDesk({ "a/b/file": "", file: "" });
  await mkdir(join(root, "a/a"));
  await symlink("b", join(root, "a/link-in"));
  await symlink("../..", join(root, "a/b/link-up"));
  await symlink("../..", join(root, "a/link-up"));
  await symlink(outside, join(root, "link-out"));
  await symlink("../no/x", join(root, "a/dangling"));
  const answers = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(names, { maxLength: 8 }), fc.boolean(), async (parts, absolute) => {
      const path = absolute ? join(root, ...parts) : parts.join("/") || ".";
      const resolved = await workspace.resolve(path).catch((thrown: { code: string }) => thrown);
      const truth = await realpath(posix.resolve(root, path)).catch(() => undefined);
      if (typeof resolved === "string") {
        answers.add(truth === undefined ? "absent" : "real");
        expect(within(root, resolved)).toBe(true);
        if (truth !== undefined) expect(resolved).toBe(truth);
      } else if (resolved === undefined) {
        answers.add("outside");
        if (truth !== undefined) expect(within(root, truth)).toBe(false);
      } else {
        answers.add(resolved.code);
        expect(truth).toBeUndefined();
      }
    }),
    { numRuns: 1_000 },
  );
  expect([...answers].sort()).toEqual(["absent", "outside", "real", "workspace/missing"]);
});

// Reaches linksMax.
test("forty links are followed one after another, as the system does", async () => {
  const { root } = await openDesk();
  await symlink("nothing", join(root, "l1"));
  for (let n = 2; n <= 41; n++) await symlink(`l${n - 1}`, join(root, `l${n}`));
  expect(await followLinks(join(root, "l40"))).toEqual({ path: join(root, "nothing"), exists: false });
  expect(await followLinks(join(root, "l41"))).toEqual({ path: root, exists: false, blocked: "ELOOP" });
});
