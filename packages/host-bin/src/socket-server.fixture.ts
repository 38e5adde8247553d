import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ModelScript, startModelServer } from "@dispatch/testkit";
import { startServerProcess } from "./server-process.fixture.ts";

/** A server in a process of its own, with both of its ports, around a real model server. */
export async function startSocketServer(script: ModelScript, environment: { readonly [name: string]: string } = {}) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-sockets-")));
  const model = await startModelServer({ script });
  const server = await startServerProcess(folder, {
    DISPATCH_API_KEY: "key",
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_DB: join(folder, "data/dispatch.db"),
    ...environment,
  });
  const ownUrl = (await server.line(/^\s*socket /)).replace(/.*socket\s+/, "");
  const pathUrl = `${server.url.replace("http", "ws")}/ws`;
  return {
    ...server,
    doors: [
      { url: ownUrl, port: Number(new URL(ownUrl).port), path: "/" },
      { url: pathUrl, port: Number(new URL(server.url).port), path: "/ws" },
    ],
    socketUrl: ownUrl,
    /** Of the process: open sockets, files that are no sockets, and resident memory. */
    sockets: () => handlesOf(server.pid).filter((handle) => handle.startsWith("socket:")).length,
    files: () => handlesOf(server.pid).filter((handle) => handle.startsWith("/")).length,
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]) * 1024,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
const handlesOf = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
export type SocketServer = Awaited<ReturnType<typeof startSocketServer>>;

/** As a client sends it, with a mask of zeros. */
export const textFrame = (text: string): Uint8Array => frameOf(0x81, new TextEncoder().encode(text));

export function frameOf(head: number, payload: Uint8Array): Uint8Array {
  const length =
    payload.length < 126 ? [payload.length] : [127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (payload.length >> shift) & 0xff)];
  const [first = 0, ...more] = length;
  const frame = new Uint8Array(6 + more.length + payload.length);
  frame.set([head, 0x80 | first, ...more, 0, 0, 0, 0]);
  frame.set(payload, 6 + more.length);
  return frame;
}
