import type { Clock } from "@dispatch/kernel";
import type { SocketPorts } from "./contract.ts";
import { createDoor, type DoorRules } from "./door.ts";
import { endGently } from "./end-gently.ts";
import { type ListenOptions, listen } from "./socket.ts";
import { takeSocket } from "./upgrade.ts";

/** Every port has the HTTP port's host and certificate, and its door's rules. */
export const createSocketPorts = (place: Pick<ListenOptions, "host" | "tls">, rules: DoorRules, clock: Clock): SocketPorts => ({
  open({ port, setting, accept }) {
    const door = createDoor(
      { ...rules, page: () => undefined },
      () => (request, connection, visitor) => takeSocket(request, connection, visitor, accept),
    );
    const listener = listen({ ...place, port, setting }, door);
    return { url: listener.url.replace(/^http/, "ws"), [Symbol.asyncDispose]: () => endGently(listener, clock) };
  },
});
