import { appendFile, chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { boot, type Storage } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { bootOptions, extensionLaws, FakeClock, MemoryStorage, testExtension } from "@dispatch/testkit";
import type { FolderTrustState } from "@dispatch/wire";
import { expect, onTestFinished, test } from "vitest";
import { FolderTrust, TrustChanged } from "./contract.ts";
import { bytesMax, entriesMax } from "./folder-files.ts";
import extension from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others: [opRegistry] })));

const config = { servers: { mine: { command: ["/bin/true"] } } };
const files = {
  ".dispatch/lsp.json": JSON.stringify(config),
  ".dispatch/mcp.json": "{}",
  ".dispatch/extensions.json": "[]",
  ".dispatch/notes.txt": "no program",
  ".skills/pdf/SKILL.md": "PDF",
  ".skills/pdf/scripts/fill.py": "print(1)",
  "opencode.json": "{}",
  "src/a.ts": "",
};

async function start(given: { readonly [path: string]: string } = files, storage: Storage = new MemoryStorage()) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "trust-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const put = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(given)) await put(path, content);
  return { folder, put, ...(await open(storage)) };
}

async function open(storage: Storage) {
  const changed: string[] = [];
  const listener = testExtension("listener", {
    dependsOn: ["workspace-trust"],
    activate: (host) => void host.on(TrustChanged, ({ folder }) => void changed.push(folder)),
  });
  const kernel = await boot(bootOptions([opRegistry, extension, listener], { storage, clock: new FakeClock(5_000) }));
  onTestFinished(() => kernel[Symbol.asyncDispose]());
  const { trusts, files } = kernel.use(FolderTrust);
  const ask = (op: string, input: object) =>
    kernel.use(OpRegistry).call(op, input, { signal: new AbortController().signal, caller: { name: "ann", via: "http" } });
  const trust = async (folder: string) => ask("trust.set", { folder, hash: (await files(folder)).hash }) as Promise<FolderTrustState>;
  return { trusts, files, ask, trust, changed };
}

test("nobody trusts a folder until somebody does, for exactly the files that name programs", async () => {
  const { folder, trusts, trust, ask, changed } = await start();
  expect(await trusts(folder)).toBe(false);
  const shown = (await ask("trust.get", { folder })) as FolderTrustState;
  expect(shown).toMatchObject({ folder, state: "untrusted", hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const paths = [
    ".dispatch/extensions.json",
    ".dispatch/lsp.json",
    ".dispatch/mcp.json",
    ".skills/pdf/SKILL.md",
    ".skills/pdf/scripts/fill.py",
  ];
  expect(shown.files.map(({ path }) => path)).toEqual([...paths, "opencode.json"]);
  expect(await trust(folder)).toMatchObject({ state: "trusted" });
  expect([await trusts(folder), await trusts(`${folder}/.`), await trusts(`${folder}/src`)]).toEqual([true, true, false]);
  expect(await ask("trust.list", {})).toEqual({ folders: [{ folder, hash: shown.hash, by: "ann", at: 5_000 }] });
  expect(changed).toEqual([folder]);
});

const changes: readonly (readonly [string, (folder: string) => Promise<unknown>])[] = [
  ["another content", (folder) => writeFile(join(folder, ".dispatch/lsp.json"), "{}")],
  ["a new file among a skill's", (folder) => writeFile(join(folder, ".skills/pdf/scripts/new.py"), "")],
  ["a file that is gone", (folder) => rm(join(folder, ".dispatch/mcp.json"))],
  [
    "a folder of skills that was not there",
    (folder) =>
      mkdir(join(folder, ".claude/skills/x"), { recursive: true }).then(() => writeFile(join(folder, ".claude/skills/x/SKILL.md"), "")),
  ],
  [
    "an extension",
    (folder) =>
      mkdir(join(folder, ".dispatch/extensions/x"), { recursive: true }).then(() =>
        writeFile(join(folder, ".dispatch/extensions/x/index.ts"), ""),
      ),
  ],
  [
    "a file that becomes a link",
    (folder) => rm(join(folder, "opencode.json")).then(() => symlink(join(folder, ".dispatch/lsp.json"), join(folder, "opencode.json"))),
  ],
  [
    "equal length and the old time",
    async (folder) => {
      const file = join(folder, ".dispatch/mcp.json");
      await Bun.$`/usr/bin/env cp -p ${file} ${folder}/reference`;
      await writeFile(file, "[]");
      await Bun.$`/usr/bin/env touch -r ${folder}/reference ${file}`;
    },
  ],
];
test.each(changes)("%s asks anew, and trust comes back with the old files", async (_name, change) => {
  const { folder, trusts, trust, files: state } = await start();
  await trust(folder);
  await change(folder);
  expect(await trusts(folder)).toBe(false);
  expect(await state(folder)).toMatchObject({ state: "changed" });
  await trust(folder);
  expect(await trusts(folder)).toBe(true);
});

test("what does not name programs may change", async () => {
  const { folder, put, trust, trusts } = await start();
  await trust(folder);
  await put("src/a.ts", "x");
  await put(".dispatch/notes.txt", "y");
  expect(await trusts(folder)).toBe(true);
});

test("a yes to files that are not there any more is a conflict, and trusts nothing", async () => {
  const { folder, put, ask, trusts, files: state } = await start();
  const { hash } = await state(folder);
  await put(".dispatch/lsp.json", "{}");
  await expect(ask("trust.set", { folder, hash })).rejects.toMatchObject({ kind: "conflict", code: "workspace-trust/changed" });
  expect(await trusts(folder)).toBe(false);
});

test("trust is taken back, outlives a restart, and is by the folder a link leads to", async () => {
  const storage = new MemoryStorage();
  const { folder, trust, ask } = await start(files, storage);
  const link = `${folder}-link`;
  await symlink(folder, link);
  onTestFinished(() => rm(link));
  await trust(link);
  const later = await open(storage);
  expect(await later.trusts(folder)).toBe(true);
  expect(await ask("trust.remove", { folder })).toEqual({ removed: true });
  expect(await ask("trust.remove", { folder })).toEqual({ removed: false });
  expect(await later.trusts(link)).toBe(false);
});

test("a folder that is gone is not trusted and can be taken off the list", async () => {
  const { folder, trust, ask, trusts } = await start();
  await trust(folder);
  await rm(folder, { recursive: true });
  expect(await trusts(folder)).toBe(false);
  await expect(ask("trust.get", { folder })).rejects.toMatchObject({ kind: "missing", code: "workspace-trust/no-folder" });
  expect(await ask("trust.remove", { folder })).toEqual({ removed: true });
});

// Reaches depthMax.
test("files that cannot all be read cannot be trusted: pipes, links to folders elsewhere, depth, number, size", async () => {
  const refused = async (prepare: (folder: string) => Promise<unknown>) => {
    const { folder, ask, trusts } = await start({});
    await mkdir(join(folder, ".skills"));
    await prepare(folder);
    const { hash, problem } = (await ask("trust.get", { folder })) as FolderTrustState;
    const set = ask("trust.set", { folder, hash: "0".repeat(64) });
    await expect(set).rejects.toMatchObject({ kind: "invalid", code: "workspace-trust/cannot-be-trusted" });
    expect([hash, await trusts(folder)]).toEqual([null, false]);
    return problem;
  };
  expect(await refused((folder) => Bun.$`mkfifo ${folder}/.skills/pipe`.quiet())).toBe(".skills/pipe is neither a file nor a folder.");
  expect(await refused((folder) => mkdir(join(folder, ".skills", ...Array(14).fill("d")), { recursive: true }))).toContain(
    "deeper than 12",
  );
  expect(await refused((folder) => symlink("/usr", join(folder, ".skills/usr")))).toBe(".skills/usr is a link that leads out of it.");
  const many = (folder: string) => Promise.all(Array.from({ length: entriesMax }, (_, n) => writeFile(join(folder, `.skills/${n}`), "")));
  expect(await refused(many)).toContain("more than 2000 files");
  const large = (folder: string) => writeFile(join(folder, ".skills/large"), new Uint8Array(bytesMax + 1));
  expect(await refused(large)).toContain(`more than ${bytesMax} bytes`);
});

test("a circle of links is gone through once", async () => {
  const { folder, trust, trusts } = await start();
  await symlink("..", join(folder, ".skills/pdf/up"));
  await trust(folder);
  expect(await trusts(folder)).toBe(true);
  await appendFile(join(folder, ".skills/pdf/SKILL.md"), "x");
  expect(await trusts(folder)).toBe(false);
});

test.skipIf(process.getuid?.() === 0)("who may not read a file cannot trust it", async () => {
  const { folder, trusts } = await start();
  await chmod(join(folder, "opencode.json"), 0);
  expect(await trusts(folder)).toBe(false);
});

// Reaches rememberedMax.
test("of 128 folders it is remembered what they hold; the one asked for longest ago is read anew", async () => {
  const { folder, files, put } = await start();
  const lookAt = async (name: string) => {
    await put(`${name}/x`, "");
    return (await files(join(folder, name))).files;
  };
  const first = await lookAt("first");
  for (let n = 1; n < 128; n++) await lookAt(`d${n}`);
  expect((await files(join(folder, "first"))).files).toBe(first);
  for (let n = 128; n < 256; n++) await lookAt(`d${n}`);
  expect((await files(join(folder, "first"))).files).not.toBe(first);
});
