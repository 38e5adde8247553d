import { expect, test } from "vitest";
import { openLanguageDesk, processesIn } from "./language.fixture.ts";

const project = {
  "tsconfig.json": '{ "compilerOptions": { "strict": true, "module": "preserve", "target": "esnext", "types": [] } }',
  "src/add.ts": "/** Adds. */\nexport function add(a: number, b: number): number {\n  return a + b;\n}\n",
  "src/main.ts": 'import { add } from "./add";\n\nexport const sum: string = add(1, 2);\nexport const more = add(sum.length, 3);\n',
};
const add = { path: "src/main.ts", symbol: "add", line: 3 };

test("every question is answered by the compiler itself", async () => {
  const { ask } = await openLanguageDesk(project);
  const told = async (input: object) => (await ask({ ...input })).text;
  expect(await told({ action: "diagnostics", path: "src/main.ts" })).toBe(
    "src/main.ts: 1 error\nerror 3:14 Type 'number' is not assignable to type 'string'. [ts 2322]",
  );
  expect(await told({ action: "hover", ...add })).toBe("```typescript\n(alias) function add(a: number, b: number): number\n```\nAdds.");
  expect(await told({ action: "definition", ...add })).toBe("src/add.ts:2:17  export function add(a: number, b: number): number {");
  expect(await told({ action: "references", path: "src/add.ts", line: 2, column: 17 })).toBe(
    [
      "src/add.ts:2:17  export function add(a: number, b: number): number {",
      'src/main.ts:1:10  import { add } from "./add";',
      "src/main.ts:3:28  export const sum: string = add(1, 2);",
      "src/main.ts:4:21  export const more = add(sum.length, 3);",
    ].join("\n"),
  );
  expect(await told({ action: "symbols", path: "src/main.ts", query: "M" })).toBe("variable sum  3\nvariable more  4");
  expect(await told({ action: "symbols", query: "add" })).toBe("function add  src/add.ts:2");
});

test("a renaming is shown as a diff and not made", async () => {
  const { ask, workspace } = await openLanguageDesk(project);
  const { text } = await ask({ action: "rename_preview", path: "src/add.ts", symbol: "add", newName: "plus" });
  expect(text).toMatch(/^Renaming to plus would change 4 places in 2 files\. Nothing has been written/);
  expect(text).toContain("--- a/src/add.ts\n+++ b/src/add.ts\n@@ -1,4 +1,4 @@\n /** Adds. */\n-export function add(");
  expect(text).toContain("+export const sum: string = plus(1, 2);\n+export const more = plus(sum.length, 3);\n");
  expect(new TextDecoder().decode(await workspace.read("src/add.ts"))).toBe(project["src/add.ts"]);
});

test("what others have changed meanwhile counts: files that are open, gone, and new", async () => {
  const { ask, put, services, root } = await openLanguageDesk(project);
  const check = async () => (await ask({ action: "diagnostics", path: "src/main.ts" })).text;
  await ask({ action: "diagnostics", path: "src/add.ts" });
  expect(await check()).toContain("1 error");
  await put("src/add.ts", "export function add(a: number, b: number): string {\n  return String(a * b);\n}\n");
  expect(await check()).toBe("src/main.ts: no errors or warnings.");
  await Bun.file(`${root}/src/add.ts`).delete();
  expect(await check()).toContain("Cannot find module './add'");
  await services.tellChanged(await put("src/add.ts", project["src/add.ts"]), "created");
  expect(await check()).toContain("Type 'number' is not assignable");
});

test("the whole handshake ends it, and nothing is left", async () => {
  const { ask, servers, root } = await openLanguageDesk(project);
  await ask({ action: "hover", ...add });
  expect((await processesIn(root)).length).toBeGreaterThanOrEqual(2);
  await servers[Symbol.asyncDispose]();
  expect(await processesIn(root)).toEqual([]);
});
