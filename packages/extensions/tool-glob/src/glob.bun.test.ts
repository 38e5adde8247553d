import { symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { resultText, validate } from "@dispatch/kernel";
import { extensionLaws, toolCall, toolLaws } from "@dispatch/testkit";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import { glob } from "./glob.ts";
import extension from "./index.ts";

const tree = { "a.ts": "", "src/b.ts": "", "src/deep/c.ts": "", "src/deep/d.md": "", ".env": "", "app/[id]/page.tsx": "" };

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension })));
for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => ({
      tool: glob,
      workspace: (await openDesk(tree)).workspace,
      good: [{ pattern: "**" }, { pattern: "*.ts", path: "src" }, { pattern: "none/*" }],
      misfits: [{}, { pattern: 1 }, { pattern: "*", path: 1 }],
      refused: [
        { pattern: "" },
        { pattern: "../*" },
        { pattern: "/etc/*" },
        { pattern: "*", path: "a.ts" },
        { pattern: "*", path: ".." },
        { pattern: "*", path: "no" },
      ],
    })),
  );

async function finding(files: { readonly [path: string]: string }) {
  const desk = await openDesk(files);
  const find = async (pattern: string, path?: string) => {
    const checked = await validate(glob.input, path === undefined ? { pattern } : { pattern, path });
    if (!checked.ok) throw new Error(checked.problems.join());
    return glob.run(checked.value, toolCall(desk.workspace));
  };
  const lines = async (pattern: string, path?: string) =>
    resultText(await find(pattern, path))
      .split("\n")
      .sort();
  return { ...desk, find, lines };
}

test("files are found by name, shown relative to the working directory", async () => {
  const { lines } = await finding(tree);
  expect(await lines("*.ts")).toEqual(["a.ts", "src/b.ts", "src/deep/c.ts"]);
  expect(await lines("./*.ts")).toEqual(["a.ts"]);
  expect(await lines("src/**/*.{ts,md}")).toEqual(["src/b.ts", "src/deep/c.ts", "src/deep/d.md"]);
  expect(await lines("*.ts", "src")).toEqual(["src/b.ts", "src/deep/c.ts"]);
  expect(await lines("deep/*", "src")).toEqual(["src/deep/c.ts", "src/deep/d.md"]);
  expect(await lines(".env")).toEqual([".env"]);
  expect(await lines("app/[id]/page.tsx")).toEqual(["app/[id]/page.tsx"]);
  expect(await lines("src/deep/c.ts")).toEqual(["src/deep/c.ts"]);
});

test("the last changed comes first", async () => {
  const { find, root } = await finding(tree);
  for (const [i, path] of ["src/b.ts", "a.ts", "src/deep/c.ts"].entries()) await utimes(join(root, path), 100, 100 - i);
  expect(resultText(await find("*.ts"))).toBe("src/b.ts\na.ts\nsrc/deep/c.ts");
});

test("what .gitignore rules out is found only where it is named", async () => {
  const { lines } = await finding({
    ".gitignore": "node_modules/\n*.log\n",
    "node_modules/p/i.ts": "",
    "a.ts": "",
    "b.log": "",
    ".git/c.ts": "",
  });
  expect(await lines("*.ts")).toEqual(["a.ts"]);
  expect(await lines("*.log")).toEqual(["No file fits *.log in the working directory. What .gitignore rules out was not searched."]);
  expect(await lines("node_modules/**/*.ts")).toEqual(["node_modules/p/i.ts"]);
  expect(await lines("*.ts", "node_modules")).toEqual(["node_modules/p/i.ts"]);
});

test("links that lead to a file inside are found, others are not, and none is walked", async () => {
  const { lines, root, outside } = await finding({ "real/a.ts": "" });
  await symlink("real/a.ts", join(root, "in.ts"));
  await symlink(join(outside, "secret.txt"), join(root, "out.ts"));
  await symlink(outside, join(root, "folder.ts"));
  await symlink("real", join(root, "again"));
  expect(await lines("**")).toEqual(["in.ts", "real/a.ts"]);
});

test("a folder that the pattern names and that is not there is no mistake", async () => {
  const { lines } = await finding(tree);
  expect(await lines("none/*.ts", "src")).toEqual(["No file fits none/*.ts in src. What .gitignore rules out was not searched."]);
  expect(await lines("a.ts/*")).toEqual(["No file fits a.ts/* in the working directory. What .gitignore rules out was not searched."]);
});

test("a pattern through a link to the outside is refused", async () => {
  const { find, root, outside } = await finding({});
  await symlink(outside, join(root, "l"));
  expect(await find("l/*")).toMatchObject({ refused: true });
});

test("the server's own data is not listed", async () => {
  const { workspaces, root, lines } = await finding({ a: "" });
  const above = await workspaces.open("c1", join(root, ".."));
  await above.keep("kept.txt", new Uint8Array(1));
  const result = await glob.run({ pattern: "*.txt" }, toolCall(above));
  expect(resultText(result)).toBe("outside/secret.txt");
  expect(await lines("*")).toEqual(["a"]);
});

test("a long list is cut with a note, and the screen is told the numbers", async () => {
  const { find } = await finding(Object.fromEntries(Array.from({ length: 503 }, (_, i) => [`f${i}`, ""])));
  const result = await find("*");
  const lines = resultText(result).split("\n");
  expect([lines.length, lines.at(-1)]).toEqual([501, "… 3 more files fit; narrow the pattern or the path."]);
  expect(result.details).toEqual({ filesTotal: 503, filesShown: 500, complete: true });
});

test("a search that is stopped says so", async () => {
  const { workspace } = await finding(tree);
  await expect(glob.run({ pattern: "**" }, toolCall(workspace, AbortSignal.abort()))).rejects.toMatchObject({ kind: "cancelled" });
});
