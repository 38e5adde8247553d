import { expect, onTestFinished, test } from "vitest";
import { findInodes, ownerIsOneOf } from "./peer-process.ts";

/** A port whose requests are answered with who holds their other end. */
function ask(family: () => readonly number[]) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request, self): Promise<Response> => {
      const peer = self.requestIP(request);
      return new Response(
        await ownerIsOneOf({ address: peer?.address ?? "", port: peer?.port ?? 0, serverPort: self.port ?? 0 }, family()),
      );
    },
  });
  onTestFinished(() => server.stop(true));
  return `http://127.0.0.1:${server.port}`;
}

const asking = (url: string) => ["sh", "-c", `setsid ${process.execPath} -e 'console.log(await (await fetch("${url}")).text())' & wait`];

test("a process of the family is found by its socket, also in a session of its own", async () => {
  const families: number[] = [];
  const url = ask(() => families);
  const child = Bun.spawn(asking(url), { detached: true, stdout: "pipe", env: { PATH: process.env.PATH ?? "" } });
  families.push(child.pid);
  expect((await new Response(child.stdout).text()).trim()).toBe("theirs");
});

test("a process of nobody's family is somebody else, and so is this one", async () => {
  const other = Bun.spawn(["sleep", "100"], { detached: true });
  onTestFinished(() => other.kill());
  const url = ask(() => [other.pid]);
  const child = Bun.spawn(asking(url), { detached: true, stdout: "pipe", env: { PATH: process.env.PATH ?? "" } });
  expect((await new Response(child.stdout).text()).trim()).toBe("others");
  expect(await (await fetch(url)).text()).toBe("others");
});

test("an end that nobody holds is not known, and one of another machine is somebody else", async () => {
  expect(await ownerIsOneOf({ address: "127.0.0.1", port: 1, serverPort: 2 }, [1])).toBe("unknown");
  expect(await ownerIsOneOf({ address: "192.0.2.1", port: 1, serverPort: 2 }, [1])).toBe("others");
});

// Reaches looksMax.
test("a socket that a changing table does not show is looked for three times", async () => {
  const row = "   1: 0100007F:C001 0100007F:5E8B 01 00000000:00000000 00:00000000 00000000     0        0 22222 1 0000";
  const shownAt = async (look: number) => {
    let looks = 0;
    const inodes = await findInodes({ address: "127.0.0.1", port: 0xc001, serverPort: 0x5e8b }, async () => [
      ++looks === look ? row : "",
      undefined,
    ]);
    return [inodes, looks];
  };
  expect(await shownAt(3)).toEqual([["22222"], 3]);
  expect(await shownAt(4)).toEqual([[], 3]);
});
