import type { Caller } from "@dispatch/op-registry/contract";
import type { ServerFrame } from "@dispatch/transport-contract";
import type { Peer } from "@dispatch/transport-http/contract";
import type { SurfaceCatalogEntry } from "@dispatch/ui-contract";
import { closings } from "./closings.ts";
import { Connection, type ConnectionPorts } from "./connection.ts";
import { stopping, tooManyConnections } from "./faults.ts";
import { frameText } from "./server-frames.ts";

const connectionsMax = 12_288;

export interface ConnectionsPorts extends Omit<ConnectionPorts, "opened" | "closed"> {
  catalog(): readonly SurfaceCatalogEntry[];
}

/** The clients that are connected, whichever port they came through. */
export class Connections {
  readonly #ports: ConnectionPorts;
  readonly #max: number;
  readonly #open = new Set<Connection>();
  #ended = false;

  constructor({ catalog, ...ports }: ConnectionsPorts, max: number = connectionsMax) {
    this.#max = max;
    this.#ports = {
      ...ports,
      opened: (connection) => {
        this.#open.add(connection);
        connection.push(frameText({ type: "catalog", catalog: catalog() }));
      },
      closed: (connection) => this.#open.delete(connection),
    };
  }

  get open(): number {
    return this.#open.size;
  }

  get subscriptions(): number {
    return this.#open.values().reduce((sum, { subscriptions }) => sum + subscriptions, 0);
  }

  /** Faults: `transport-ws/too-many-connections` (limited), `transport-ws/stopping` (unavailable). */
  accept(caller: Caller): Peer {
    if (this.#ended) throw stopping();
    if (this.#open.size >= this.#max) throw tooManyConnections(this.#max);
    return new Connection(this.#ports, caller);
  }

  broadcast(frame: ServerFrame): void {
    const text = frameText(frame);
    for (const connection of this.#open) connection.push(text);
  }

  check(): void {
    for (const connection of this.#open) connection.check();
  }

  /** Takes no new client and says good-bye to those there are. */
  end(): void {
    this.#ended = true;
    for (const connection of this.#open) connection.close(closings.stopping);
  }
}
