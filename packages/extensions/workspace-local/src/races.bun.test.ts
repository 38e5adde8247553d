import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "@dispatch/kernel";
import { expect, onTestFinished, test } from "vitest";
import { type Desk, openDesk } from "./desk.fixture.ts";

/** Enough for a check that is left out to be found each time. It goes on until both sides of the swap were met often enough. */
const attempts = 4_000;
const enough = 20;

test("a file or folder that is swapped for a link to the outside meanwhile is never read there", async () => {
  const desk = await openDesk();
  await startSwapping(desk);
  const seen = new Map<string, number>();
  for (let i = 0; i < attempts || !metBoth(seen, "harmless"); i++) {
    for (const path of ["folder/sub/secret.txt", "file"]) count(seen, await outcome(desk.workspace.read(path)));
  }
  expect(seen.get("secret")).toBeUndefined();
});

test("a listing never shows the folder that was swapped in", async () => {
  const desk = await openDesk();
  await startSwapping(desk);
  const seen = new Map<string, number>();
  for (let i = 0; i < attempts || !metBoth(seen, "8 bytes"); i++) {
    const sizes = desk.workspace.list("folder/sub", 10).then(({ entries }) => `${entries[0]?.sizeBytes} bytes`);
    count(seen, await outcome(sizes));
  }
  expect(seen.get("6 bytes")).toBeUndefined();
});

test("a write while its folder is swapped never lands outside", async () => {
  const desk = await openDesk();
  await startSwapping(desk);
  const seen = new Map<string, number>();
  for (let i = 0; i < attempts || !metBoth(seen, "written"); i++) {
    for (const path of ["folder/sub/new.txt", "file"]) {
      const written = desk.workspace.write(path, new TextEncoder().encode("mine")).then(() => "written");
      count(seen, await outcome(written));
    }
  }
  expect((await readdir(desk.outside, { recursive: true })).sort()).toEqual(["secret.txt", "sub", "sub/secret.txt"]);
  expect(await readFile(join(desk.outside, "secret.txt"), "utf8")).toBe("secret");
});

async function startSwapping(desk: Desk): Promise<void> {
  const script = join(import.meta.dirname, "swap.fixture.ts");
  const swapper = Bun.spawn([process.execPath, script, desk.root, desk.outside], { stdout: "pipe", stderr: "inherit" });
  onTestFinished(async () => {
    swapper.kill("SIGKILL");
    await swapper.exited;
  });
  await swapper.stdout.getReader().read();
}

async function outcome(promise: Promise<Uint8Array | string>): Promise<string> {
  try {
    const value = await promise;
    return typeof value === "string" ? value : new TextDecoder().decode(value);
  } catch (thrown) {
    if (Fault.is(thrown)) return thrown.code;
    throw thrown;
  }
}

const count = (seen: Map<string, number>, what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
const metBoth = (seen: Map<string, number>, inside: string) =>
  [inside, "workspace/outside"].every((what) => (seen.get(what) ?? 0) >= enough);
