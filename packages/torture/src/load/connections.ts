import { residentBytes, type Server } from "@dispatch/bench";
import { type CrowdSocket, connectCrowdSocket } from "./crowd-socket.ts";

export interface ConnectionsReport {
  readonly open: number;
  readonly bytesEach: number;
  readonly failures: readonly string[];
}

const connectsAtOnce = 200;
const settleMs = 3_000;

/** As many clients that are only there: all of them are greeted, none is lost, and the server serves on. */
export async function holdConnections(server: Server, count: number, holdMs: number): Promise<ConnectionsReport> {
  const port = Number(new URL(server.url).port);
  const before = residentBytes(server.pid);
  const clients: CrowdSocket[] = [];
  const failures: string[] = [];
  while (clients.length < count && failures.length === 0) {
    const more = Array.from({ length: Math.min(connectsAtOnce, count - clients.length) }, () => connectCrowdSocket(port));
    for (const one of await Promise.allSettled(more)) {
      if (one.status === "fulfilled") clients.push(one.value);
      else failures.push(`client ${clients.length + 1}: ${one.reason}`);
    }
  }
  await Bun.sleep(holdMs);
  const lost = clients.filter(({ open }) => !open).length;
  if (lost > 0) failures.push(`${lost} of ${clients.length} connections were lost while they were only held`);
  const bytesEach = Math.round((residentBytes(server.pid) - before) / Math.max(1, clients.length));
  const health = await fetch(`${server.url}/health`).then(({ status }) => status);
  if (health !== 200) failures.push(`with ${clients.length} connections its health is ${health}`);
  for (const client of clients) client.close();
  await Bun.sleep(settleMs);
  return { open: clients.length - lost, bytesEach, failures: failures.slice(0, 5) };
}
