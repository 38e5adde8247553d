import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasScratchRoots, inScratchRoot, repository as root } from "./scratch-root.fixture.ts";
import { freePorts, startServerProcess } from "./server-process.fixture.ts";

interface Step {
  readonly does: string;
  readonly what: string;
}

/** The steps of each stage. */
async function stages(): Promise<readonly (readonly Step[])[]> {
  const lines = (await readFile(join(root, "Containerfile"), "utf8")).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const steps = lines.map((line) => ({ does: line.slice(0, line.indexOf(" ")), what: line.slice(line.indexOf(" ") + 1) }));
  const starts = steps.flatMap(({ does }, index) => (does === "FROM" ? [index] : []));
  return starts.map((start, n) => steps.slice(start, starts[n + 1]));
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** What apt-get would install is left out: the machine stands for both base images. */
function scriptOf(steps: readonly Step[]): string {
  let folder = "/";
  const lines = steps.map(({ does, what }) => {
    switch (does) {
      case "WORKDIR":
        folder = what;
        return "";
      case "COPY":
        return what === ". ." ? `copy ${quote(root)} ${folder}` : `cp -a "$root"/out/. "$root"/`;
      case "RUN":
        return what.startsWith("apt-get ") ? "" : `run ${folder} ${quote(what)}`;
      default:
        return "";
    }
  });
  return lines.filter((line) => line !== "").join("\n");
}

const value = (steps: readonly Step[], does: string): string => steps.findLast((step) => step.does === does)?.what ?? "";

test.skipIf(!hasScratchRoots)(
  "its steps, taken in a scratch root, give a container whose entry serves, as its own user",
  async () => {
    const [build = [], final = []] = await stages();
    const [entry = ""] = JSON.parse(value(final, "ENTRYPOINT")) as readonly string[];
    const { BACKEND_PORT, SURFACE_WS_PORT } = freePorts();
    // Here no sandbox can be made, as in most containers: this one is fence enough.
    const given = `${value(final, "ENV")} DISPATCH_POLICY_MODE=full DISPATCH_TOKEN=a-token-of-the-tests BACKEND_PORT=${BACKEND_PORT} SURFACE_WS_PORT=${SURFACE_WS_PORT}`;
    const user = value(final, "USER");
    const start = `exec chroot --userspec=${user}:${user} "$root" /usr/bin/env -i PATH=/usr/bin:/bin ${given} sh -c 'cd "$1" && exec "$2"' sh ${value(final, "WORKDIR")} ${entry}`;
    const command = await inScratchRoot([scriptOf(build), scriptOf(final), start].join("\n"));
    await using server = await startServerProcess("/", { HOME: process.env.HOME ?? "/root" }, command);
    const url = `http://127.0.0.1:${BACKEND_PORT}`;
    expect((await fetch(`${url}/conversations`)).status).toBe(401);
    const answer = await fetch(`${url}/chat`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer a-token-of-the-tests" },
      body: JSON.stringify({ message: "run `id -un; pwd`" }),
    });
    const text = await answer.text();
    expect(text).toContain("dispatch\\n/var/lib/dispatch");
    expect(text).toContain('"turn-sealed"');
    process.kill(server.pid, "SIGTERM");
    expect(await server.exited, server.errors()).toBe(0);
  },
  120_000,
);

test("the container publishes the ports of the installation's settings, and takes nothing private in", async () => {
  const [, final = []] = await stages();
  const env = await readFile(join(root, "systemd/dispatch.env"), "utf8");
  const ports = ["BACKEND_PORT", "SURFACE_WS_PORT"].map((name) => new RegExp(`^${name}=(\\d+)$`, "m").exec(env)?.[1]);
  expect(value(final, "EXPOSE").split(" ")).toEqual(ports);
  const ignored = (await readFile(join(root, ".containerignore"), "utf8")).split("\n");
  for (const name of [".env", "dispatch.toml", ".git", ".dispatch-data", ".dispatch-data-2"]) expect(ignored).toContain(name);
});
