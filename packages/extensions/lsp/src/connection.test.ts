import { PassThrough } from "node:stream";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { connect } from "./connection.ts";
import { FrameDecoder } from "./frames.ts";

const contentModified = -32801;
const bounds = { timeoutMs: 1_000, signal: new AbortController().signal };

/** A server that says of its first questions that the file has changed meanwhile. */
async function serverThatChanges(times: number) {
  const [output, input] = [new PassThrough(), new PassThrough()];
  const decoder = new FrameDecoder();
  let asked = 0;
  input.on("data", (bytes: Uint8Array) => {
    for (const { id } of decoder.push(bytes) as readonly { readonly id?: number }[]) {
      if (id === undefined) continue;
      const answer = asked++ < times ? { error: { code: contentModified, message: "changed" } } : { result: "answer" };
      const body = JSON.stringify({ jsonrpc: "2.0", id, ...answer });
      output.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    }
  });
  const connection = await connect("x", output, input, new FakeClock());
  return { asked: () => asked, connection };
}

// Reaches retriesMax.
test("a server whose file changes while it thinks is asked three times more, and then its no is told", async () => {
  const patient = await serverThatChanges(3);
  expect(await patient.connection.request("hover", {}, bounds)).toBe("answer");
  const changing = await serverThatChanges(4);
  await expect(changing.connection.request("hover", {}, bounds)).rejects.toMatchObject({ code: "lsp/answered-no" });
  expect([patient.asked(), changing.asked()]).toEqual([4, 4]);
  for (const { connection } of [patient, changing]) connection[Symbol.dispose]();
});
