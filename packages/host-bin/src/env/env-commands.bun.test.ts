import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = resolve(import.meta.dirname, "../../../..");
const secret = "sk-a-key-that-is-never-shown";

async function temporary(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-env-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function run(command: string, words: readonly string[], folder: string, environment: { readonly [name: string]: string } = {}) {
  const child = Bun.spawn([`${root}/bin/${command}`, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect(out + err).not.toContain(secret);
  return { out, err, code };
}
const setup = (words: readonly string[], folder: string, environment = {}) =>
  run("setup-env", ["--non-interactive", ...words], folder, environment);
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test("setup-env writes a file that its owner alone may read, and shows no key", async () => {
  const folder = await temporary();
  const file = join(folder, "sub/env");
  const done = await setup(["--file", file, "--set", "BACKEND_PORT=5000", "--take", "OPENAI_API_KEY"], folder, { OPENAI_API_KEY: secret });
  expect(done).toMatchObject({ code: 0, out: `${file} is written, for its owner alone: BACKEND_PORT, OPENAI_API_KEY.\n` });
  expect(await readFile(file, "utf8")).toBe(`BACKEND_PORT=5000\nOPENAI_API_KEY=${secret}\n`);
  expect(await modeOf(file)).toBe("600");
  expect(await setup(["--file", file, "--set", "BACKEND_PORT=5000"], folder)).toMatchObject({
    code: 0,
    out: expect.stringContaining("stays as it is"),
  });
  expect(await readdir(join(folder, "sub"))).toEqual(["env"]);
});

test("setup-env leaves comments and order, closes a file that was open to others, and follows a link to where the file is", async () => {
  const folder = await temporary();
  await writeFile(join(folder, "real"), "# mine\n#UMANS_API_KEY=\nBACKEND_PORT=5000 # keep\n");
  await chmod(join(folder, "real"), 0o644);
  await symlink("real", join(folder, "link"));
  expect((await setup(["--file", "link", "--take", "UMANS_API_KEY"], folder, { UMANS_API_KEY: secret })).code).toBe(0);
  expect(await readFile(join(folder, "real"), "utf8")).toBe(`# mine\n#UMANS_API_KEY=\nUMANS_API_KEY=${secret}\nBACKEND_PORT=5000 # keep\n`);
  expect(await modeOf(join(folder, "real"))).toBe("600");
});

test.each([
  [["--set", `OPENAI_API_KEY=${secret}`], "OPENAI_API_KEY is a secret"],
  [["--set", "BACKEND_PROT=1"], "BACKEND_PROT is no setting"],
  [["--set", secret], "--set takes NAME=VALUE"],
  [["--set", `${secret}=1`], "What was given is no setting"],
  [["--take", "OPENAI_API_KEY"], "the environment has no such variable"],
  [["--system", "--user"], "exclude one another"],
  [["--flie", "x"], "--flie"],
] as const)("setup-env refuses %j and writes nothing", async (words, says) => {
  const folder = await temporary();
  expect(await setup(["--file", "env", ...words], folder)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(says) });
  expect(await readdir(folder)).not.toContain("env");
});

test("setup-env writes nothing that the server would refuse", async () => {
  const folder = await temporary();
  const refused = await setup(["--file", "env", "--set", "DISPATCH_BASE_URL=nonsense"], folder);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("DISPATCH_BASE_URL takes an http or https URL") });
  const twoLines = await setup(["--file", "env", "--take", "OPENAI_API_KEY"], folder, { OPENAI_API_KEY: `${secret}\nBACKEND_PORT=1` });
  expect(twoLines).toMatchObject({ code: 1, err: expect.stringContaining("OPENAI_API_KEY holds a line's end") });
  expect(await readdir(folder)).not.toContain("env");
});

test("setup-env without a terminal says how to do without", async () => {
  const folder = await temporary();
  expect(await run("setup-env", [], folder)).toMatchObject({ code: 2, err: expect.stringContaining("use --non-interactive") });
});

test("sync-env brings keys and what belongs to them, and leaves ports, paths, comments and order", async () => {
  const folder = await temporary();
  const source = `OPENAI_API_KEY=${secret}\nDISPATCH_MODEL="new model"\nBACKEND_PORT=1111\nDISPATCH_DB=/elsewhere\nDISPATCH_TOKEN=${secret}\nUMANS_API_KEY=\nGEMINI_API_KEY=same\n`;
  const target =
    "# installed\nBACKEND_PORT=24991 # mine\r\nDISPATCH_MODEL=old\n\n#OPENAI_API_KEY=\nGEMINI_API_KEY=same\nUMANS_API_KEY=stays\n# end";
  await writeFile(join(folder, "from"), source);
  await writeFile(join(folder, "to"), target.replace("\r", ""));
  const done = await run("sync-env", ["--from", "from", "--to", "to"], folder);
  expect(done.code).toBe(0);
  expect(done.out).toBe(
    `changed    DISPATCH_MODEL\nadded      OPENAI_API_KEY\nunchanged  GEMINI_API_KEY\n${folder}/to is written: restart the server to use it.\n`,
  );
  expect(await readFile(join(folder, "to"), "utf8")).toBe(
    `# installed\nBACKEND_PORT=24991 # mine\nDISPATCH_MODEL="new model"\n\n#OPENAI_API_KEY=\nOPENAI_API_KEY=${secret}\nGEMINI_API_KEY=same\nUMANS_API_KEY=stays\n# end\n`,
  );
  expect(await modeOf(join(folder, "to"))).toBe("600");
  expect((await run("sync-env", ["--from", "from", "--to", "to"], folder)).out).toContain("stays as it is");
});

test.each(["from", "to"])("a file of settings with unknown or malformed lines is kept as it is, and told (%s)", async (which) => {
  const folder = await temporary();
  const bad = `DISPATCH_MODLE=x\n${secret}\nOPENAI_API_KEY="${secret}\n`;
  for (const name of ["from", "to"]) await writeFile(join(folder, name), name === which ? bad : `OPENAI_API_KEY=${secret}\n`);
  const refused = await run("sync-env", ["--from", "from", "--to", "to"], folder);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toMatch(
    /line 2 is not of the form NAME=value; line 3 opens a quote .*DISPATCH_MODLE is no setting; did you mean DISPATCH_MODEL\?/,
  );
  expect(await readFile(join(folder, which), "utf8")).toBe(bad);
  expect(await setup(["--file", which, "--set", "BACKEND_PORT=1"], folder)).toMatchObject({
    code: 1,
    err: expect.stringContaining("line 2"),
  });
  expect(await readFile(join(folder, which), "utf8")).toBe(bad);
});

test("keys that dispatch.toml names are brought where it names them too, and told where it does not", async () => {
  const folder = await temporary();
  const toml = '[[credentials]]\nname = "work"\nprovider = "openai"\nkeyEnv = "WORK_KEY"\n';
  await Bun.write(join(folder, "a/env"), `WORK_KEY=${secret}\n`);
  await Bun.write(join(folder, "a/dispatch.toml"), toml);
  await Bun.write(join(folder, "b/env"), "# b\n");
  const words = ["--from", "a/env", "--to", "b/env"];
  expect((await run("sync-env", words, folder)).out).toContain("skipped    WORK_KEY");
  expect(await readFile(join(folder, "b/env"), "utf8")).toBe("# b\n");
  await Bun.write(join(folder, "b/dispatch.toml"), toml);
  expect((await run("sync-env", words, folder)).out).toContain("added      WORK_KEY");
  expect(await readFile(join(folder, "b/env"), "utf8")).toBe(`# b\nWORK_KEY=${secret}\n`);
});

test("sync-env says what is missing, and refuses what it does not know", async () => {
  const folder = await temporary();
  expect(await run("sync-env", ["--from", "none", "--to", "none"], folder)).toMatchObject({
    code: 1,
    err: expect.stringContaining("is not there. bin/setup-env makes"),
  });
  expect(await run("sync-env", ["--form", "x"], folder)).toMatchObject({ code: 2, err: expect.stringContaining("usage: bin/sync-env") });
});

/** At a real terminal: each answer is typed when its question is there. */
async function askedAt(folder: string, words: readonly string[], answers: readonly (readonly [question: string, typed: string])[]) {
  let screen = "";
  let news = Promise.withResolvers<void>();
  const child = Bun.spawn([`${root}/bin/setup-env`, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, TERM: "xterm" },
    terminal: {
      cols: 120,
      rows: 40,
      data(_terminal, bytes) {
        screen += new TextDecoder().decode(bytes);
        news.resolve();
        news = Promise.withResolvers<void>();
      },
    },
  });
  for (const [question, typed] of answers) {
    while (!screen.includes(question))
      await Promise.race([news.promise, child.exited.then(() => Promise.reject(new Error(`ended: ${screen}`)))]);
    child.terminal?.write(typed);
  }
  const code = await child.exited;
  child.terminal?.close();
  expect(screen).not.toContain(secret);
  return { code, screen };
}

test("setup-env asks at a terminal, and shows nothing of the key that is typed", async () => {
  const folder = await temporary();
  await writeFile(join(folder, "env"), "# mine\nSURFACE_WS_PORT=6000\n");
  const { code, screen } = await askedAt(
    folder,
    ["--file", "env"],
    [
      ["Whose keys do you have?", " \r"],
      ["server: its key", `${secret}\r`],
      ["server: its address", "\r"],
      ["the model that is asked", "my-model\r"],
      ["Port of the HTTP server", "5000\r"],
      ["Port of the WebSocket", "\r"],
    ],
  );
  expect(code, screen).toBe(0);
  expect(screen).toContain("DISPATCH_API_KEY, DISPATCH_MODEL, BACKEND_PORT.");
  expect(await readFile(join(folder, "env"), "utf8")).toBe(
    `# mine\nSURFACE_WS_PORT=6000\nDISPATCH_API_KEY=${secret}\nDISPATCH_MODEL=my-model\nBACKEND_PORT=5000\n`,
  );
});

test("setup-env changes nothing when the person leaves in the middle", async () => {
  const folder = await temporary();
  const { code } = await askedAt(
    folder,
    ["--file", "env"],
    [
      ["Whose keys do you have?", "\r"],
      ["Port of the HTTP server", "5000\r"],
      ["Port of the WebSocket", "\u0003"],
    ],
  );
  expect(code).toBe(130);
  expect(await readdir(folder)).not.toContain("env");
});
