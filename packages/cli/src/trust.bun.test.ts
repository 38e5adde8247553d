import { join } from "node:path";
import { expect, test } from "vitest";
import { repository, runCommand } from "./process.fixture.ts";
import { json, refusal, serve } from "./server.fixture.ts";

const hash = "a".repeat(64);
const state = {
  folder: "/work",
  state: "untrusted",
  hash,
  files: [{ path: ".dispatch/lsp.json", sha256: "b".repeat(64), sizeBytes: 12 }],
};
const server = (given: object = state) =>
  serve({
    "GET /trust": () => json(given),
    "PUT /trust": () => json({ ...state, state: "trusted" }),
    "DELETE /trust": () => json({ removed: true }),
    "GET /trust/folders": () => json({ folders: [{ folder: "/work", hash, by: "local", at: 0 }] }),
  });

test("trust shows the files that name programs, and trusts them only when told to, by the hash that was shown", async () => {
  using shown = server();
  const asked = await runCommand(["trust", "sub", "--server", shown.url], { cwd: "/tmp" });
  expect(asked).toMatchObject({ exitCode: 2, stdout: "/work is not trusted.\n  .dispatch/lsp.json | 12 bytes | bbbbbbbbbbbb\n" });
  expect(asked.stderr).toContain("Nothing was changed. To trust these files add --yes.");
  expect(shown.asked).toMatchObject([{ route: "GET /trust", query: { folder: "/tmp/sub" } }]);
  const trusted = await runCommand(["trust", "--yes", "--server", shown.url], { cwd: "/tmp" });
  expect(trusted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Trusted, as these files are now.") });
  expect(shown.asked.at(-1)).toMatchObject({ route: "PUT /trust", body: { folder: "/work", hash } });
});

test("on a terminal trust asks, and anything but yes changes nothing", async () => {
  for (const [typed, puts] of [
    ["y", 1],
    ["", 0],
  ] as const) {
    using shown = server();
    let text = "";
    let hasTyped = false;
    const child = Bun.spawn(
      ["sh", join(repository, "bin/bun"), join(repository, "packages/cli/src/main.ts"), "trust", "/work", "--server", shown.url],
      {
        env: { PATH: process.env.PATH, TERM: "xterm" },
        terminal: {
          data(terminal, bytes) {
            text += new TextDecoder().decode(bytes);
            if (hasTyped || !text.includes("[y/N]")) return;
            hasTyped = true;
            terminal.write(`${typed}\n`);
          },
        },
      },
    );
    expect(await child.exited).toBe(0);
    child.terminal?.close();
    expect(shown.asked.filter(({ route }) => route === "PUT /trust")).toHaveLength(puts);
  }
});

test("what is trusted is not asked again, what changed is, and what cannot be trusted says why", async () => {
  using trusted = server({ ...state, state: "trusted" });
  expect(await runCommand(["trust", "/work", "--yes", "--server", trusted.url])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\/work is trusted/),
  });
  expect(trusted.asked).toHaveLength(1);
  using changed = server({ ...state, state: "changed" });
  expect((await runCommand(["trust", "/work", "--yes", "--server", changed.url])).stdout).toContain(
    "was trusted, and its files are others since.",
  );
  using broken = server({ ...state, hash: null, problem: "it holds a pipe." });
  const refused = await runCommand(["trust", "/work", "--yes", "--server", broken.url]);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("cannot be trusted: it holds a pipe.") });
  using gone = serve({
    "GET /trust": () => refusal(404, { error: "/work is no folder.", code: "workspace-trust/no-folder", kind: "missing" }),
  });
  expect((await runCommand(["trust", "/work", "--server", gone.url])).exitCode).toBe(4);
});

test("untrust takes it back, and trust --list shows what is trusted", async () => {
  using shown = server();
  expect((await runCommand(["untrust", "/work", "--server", shown.url])).stdout).toBe("/work is trusted no longer.\n");
  expect(shown.asked).toMatchObject([{ route: "DELETE /trust", query: { folder: "/work" } }]);
  expect((await runCommand(["trust", "--list", "--server", shown.url])).stdout).toMatch(/^\/work \| local \| /);
});
