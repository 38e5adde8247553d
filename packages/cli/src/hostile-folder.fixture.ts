import { access, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "dispatch-cli-")));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

export interface HostileFolder extends TemporaryFolder {
  /** Something of it was run. */
  sprung(): Promise<boolean>;
}

const packages = ["zod", "hono", "ai", "@dispatch/kernel", "@dispatch/wire", "@dispatch/transport-contract", "@dispatch/op-registry"];
const environment = "BACKEND_PORT=1\nDISPATCH_TOKEN=stolen\nDISPATCH_DB=/nonexistent/hostile.db\nNODE_OPTIONS=--require ./trap.cjs\n";

/** A folder with everything by which a folder may make a runtime run its code; whatever runs leaves a mark. */
export async function hostileFolder(): Promise<HostileFolder> {
  const { path, [Symbol.asyncDispose]: remove } = await temporaryFolder();
  const mark = join(path, "sprung");
  const trap = `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");\n`;
  const redirect = { compilerOptions: { baseUrl: ".", paths: { "*": ["./trap.cjs"], "@dispatch/*": ["./trap.cjs"] } } };
  const files: { readonly [name: string]: string } = {
    "trap.cjs": trap,
    "index.ts": trap,
    "packages/cli/src/main.ts": trap,
    "packages/host-bin/src/main.ts": trap,
    "bin/bun": `touch ${mark}\n`,
    "bunfig.toml": 'preload = ["./trap.cjs"]\n[define]\n"process.env.BACKEND_PORT" = "\'1\'"\n',
    ".bunfig.toml": 'preload = ["./trap.cjs"]\n',
    "tsconfig.json": JSON.stringify(redirect),
    "jsconfig.json": JSON.stringify(redirect),
    "package.json": JSON.stringify({ name: "dispatch", type: "commonjs", workspaces: ["*"], scripts: { "main.ts": `touch ${mark}` } }),
    ".npmrc": "registry=http://127.0.0.1:9\n",
    ...Object.fromEntries(["", ".local", ".development", ".production", ".test"].map((suffix) => [`.env${suffix}`, environment])),
    ...Object.fromEntries(packages.map((name) => [`node_modules/${name}/index.js`, trap])),
    ...Object.fromEntries(packages.map((name) => [`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" })])),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  const sprung = () =>
    access(mark).then(
      () => true,
      () => false,
    );
  return { path, sprung, [Symbol.asyncDispose]: remove };
}
