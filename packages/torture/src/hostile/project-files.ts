import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { hostileJson, hostileText } from "./hostile-values.ts";
import { mutated } from "./http-bytes.ts";

/** What lies at a path of a project that somebody else has made. */
export type ProjectEntry =
  | { readonly path: string; readonly bytes: Uint8Array }
  | { readonly path: string; readonly folder: true }
  | { readonly path: string; readonly link: string };

const lspFile =
  '{ "servers": { "mine": { "command": ["mine", "--stdio"], "extensions": [".mine"], "rootMarkers": ["mine.toml"], "env": { "A": "b" } } } }';
const skillFile = "---\nname: mine\ndescription: What it is for.\n---\nDo it like this.\n";
const aliases = `---\na: &a [x,x,x,x,x,x,x,x,x]\n${Array.from(
  { length: 12 },
  (_, n) =>
    `b${n}: &b${n} [${Array(9)
      .fill(n === 0 ? "*a" : `*b${n - 1}`)
      .join(",")}]`,
).join("\n")}\n---\n`;

const files: { readonly [path: string]: fc.Arbitrary<string> } = {
  "AGENTS.md": fc.constantFrom("# Rules\nBe kind.\n", "[project:instructions]".repeat(1_000), "x".repeat(300_000)),
  ".gitignore": fc
    .array(
      fc.oneof(fc.constantFrom("*", "!*", "**/", "/", "*a*a*a*a*a*b", "[a-", "\\", "#", "node_modules/", "**/**/**/**/x"), hostileText),
    )
    .map((lines) => lines.join("\n")),
  ".dispatch/lsp.json": settingsLike(lspFile),
  ".dispatch/mcp.json": settingsLike('{ "servers": { "mine": { "command": "mine", "args": [] } } }'),
  "opencode.json": settingsLike(`{ "lsp": ${lspFile} }`),
  ".skills/mine/SKILL.md": fc.oneof(
    fc.constantFrom(skillFile, aliases, "---\n", "---\nname: [\n---\n"),
    hostileJson.map((value) => `---\nname: ${JSON.stringify(value)}\ndescription: ${JSON.stringify(value)}\n---\n`),
  ),
  ".skills/short.md": fc.oneof(fc.constantFrom("What it is for\n---\nDo.", "---\n---\n---\n"), hostileText),
  ".agents/skills/other/SKILL.md": fc.constant(skillFile),
  ".git": fc.constantFrom("gitdir: /etc", "gitdir: .", "gitdir: \0", "garbage"),
  ".git/HEAD": fc.oneof(fc.constantFrom("ref: refs/heads/main\n", "ref: ../../../../etc/passwd\n"), hostileText),
  ".git/config": fc.constantFrom(
    '[core]\n\tfsmonitor = "touch /tmp/never"\n\thooksPath = hooks\n',
    "[core]\nrepositoryformatversion = 99\n",
    "[include]\npath = /dev/zero\n",
  ),
};

/** Also JSON that is right in form and wrong in every value. */
function settingsLike(sound: string): fc.Arbitrary<string> {
  const twisted = fc.tuple(hostileJson, fc.nat(10)).map(([value, place]) => {
    let at = 0;
    return sound.replaceAll(/: ("[^"]*"|\[[^\]]*\])/g, (whole) => (at++ === place % 4 ? `: ${JSON.stringify(value) ?? "null"}` : whole));
  });
  return fc.oneof(
    fc.constant(sound),
    twisted,
    hostileJson.map((value) => JSON.stringify(value) ?? ""),
  );
}

const entry: fc.Arbitrary<ProjectEntry> = fc.constantFrom(...Object.keys(files)).chain((path) => {
  const text = files[path] ?? hostileText;
  return fc.oneof(
    { weight: 6, arbitrary: text.map((content) => ({ path, bytes: Buffer.from(content) })) },
    { weight: 3, arbitrary: mutated(text).map((content) => ({ path, bytes: Buffer.from(content, "latin1") })) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ path, bytes })) },
    { weight: 1, arbitrary: fc.constant({ path, folder: true as const }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("/etc/passwd", "..", ".", "/dev/zero", path, "nowhere", "/proc/self/environ")
        .map((link) => ({ path, link })),
    },
  );
});

export const projects: fc.Arbitrary<readonly ProjectEntry[]> = fc.array(entry, { minLength: 1, maxLength: 5 });

/** Puts them into a folder. What cannot lie there beside the others is left out. */
export async function writeProject(folder: string, entries: readonly ProjectEntry[]): Promise<void> {
  for (const one of entries) {
    const path = join(folder, one.path);
    try {
      await mkdir(dirname(path), { recursive: true });
      if ("bytes" in one) await writeFile(path, one.bytes, { flag: "wx" });
      else if ("link" in one) await symlink(one.link, path);
      else await mkdir(path);
    } catch {
      // A file stands where this one would need a folder, or the other way round.
    }
  }
}

export const shownProject = (entries: readonly ProjectEntry[]): string =>
  entries
    .map((one) => `${one.path}=${"bytes" in one ? Buffer.from(one.bytes).subarray(0, 300).toString("base64") : JSON.stringify(one)}`)
    .join(" ");
