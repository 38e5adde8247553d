import { repositoryRoot } from "@dispatch/bench";
import type { Trial } from "./attack.ts";
import { type AttackedProcess, onAttackedProcess, serverEntry } from "./attacked-process.ts";
import { rawClient } from "./raw-client.ts";

const slowClients = 500;
const dribbles = 20;

/** Clients that begin and do not go on: a byte now and then of a head, of a body, of a handshake. Nobody else may notice. */
export async function trySlowClients(attacked: AttackedProcess, trial: Trial): Promise<void> {
  const clients = Array.from({ length: slowClients }, (_, n) => rawClient(attacked.port, beginnings[n % beginnings.length] ?? ""));
  await Promise.all(clients.map(({ opened }) => opened));
  for (let round = 0; round < dribbles && !trial.signal.aborted; round++) {
    for (const client of clients) client.write("x");
    const illness = await attacked.illness();
    trial.judged(() => `${slowClients} slow clients, byte ${round}`, illness);
  }
  for (const client of clients) client[Symbol.dispose]();
}

const beginnings: readonly string[] = [
  "G",
  "GET /health HTTP/1.1\r\nHost: localho",
  "GET /health HTTP/1.1\r\nHost: localhost\r\nX-",
  "POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{",
  "POST /chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
  "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Ver",
];

const filesMax = 200;
const crowd = 400;

/** More clients than the system gives the server handles for: whoever comes when they have gone is served. */
export function tryTooManyClients(trial: Trial): Promise<void> {
  const command = ["prlimit", `--nofile=${filesMax}:${filesMax}`, "sh", `${repositoryRoot}/bin/bun`, serverEntry];
  return onAttackedProcess(async (attacked) => {
    const clients = Array.from({ length: crowd }, () => rawClient(attacked.port, beginnings[0] ?? ""));
    await Promise.all(clients.map(({ opened }) => opened));
    for (const client of clients) client[Symbol.dispose]();
    const illness = await attacked.illness();
    trial.judged(() => `${crowd} clients of a server that may open ${filesMax} files`, illness);
    await attacked.secondLife(trial);
  }, command);
}
