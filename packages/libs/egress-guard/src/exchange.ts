import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";

const headBytesMax = 64 * 1024;

/** Asks for the URL over a socket that is connected already, secured where it must be. Rejects with what the parser or the line says. */
export function exchange(socket: Socket, url: URL, headers: { readonly [name: string]: string }): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asking = request({
    createConnection: () => socket,
    method: "GET",
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, connection: "close" },
    maxHeaderSize: headBytesMax,
  });
  asking.once("response", (message) => {
    // The connection may break while nobody reads; an error without a listener would end the process.
    message.on("error", () => {});
    resolve(message);
  });
  asking.on("error", reject);
  asking.once("close", () => reject(new Error("closed")));
  asking.end();
  return promise;
}
