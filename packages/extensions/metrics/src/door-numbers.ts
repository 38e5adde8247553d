import type { OpenStreams } from "@dispatch/transport-http/contract";
import type { OpenSockets } from "@dispatch/transport-ws/contract";
import type { MetricFamily, MetricSource } from "./contract.ts";

/** Who watches, by door. */
export const doorNumbers = (streams: OpenStreams, sockets: OpenSockets): MetricSource => ({
  name: "doors",
  read(): readonly MetricFamily[] {
    const gauge = (name: string, help: string, value: number): MetricFamily => ({ name, help, type: "gauge", samples: [{ value }] });
    return [
      gauge("dispatch_chat_streams", "Chats that stream over HTTP now.", streams.count()),
      gauge("dispatch_websocket_connections", "Clients that are connected over WebSocket now.", sockets.count()),
      gauge("dispatch_websocket_subscriptions", "Chats and surfaces that those clients follow.", sockets.subscriptions()),
    ];
  },
});
