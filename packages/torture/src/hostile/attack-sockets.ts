import { connect } from "node:net";
import { type CpuClock, patience } from "../patience.ts";
import { type Attack, sampled, shown, tryAll } from "./attack.ts";
import { type AttackedProcess, onAttackedProcess } from "./attacked-process.ts";
import { httpBytes } from "./http-bytes.ts";
import { trySlowClients, tryTooManyClients } from "./slow-clients.ts";

const lanes = 64;
/** After so many connections the server is asked how it is. */
const roundSize = 2_000;

/** Bytes on bare sockets that only look like HTTP: each connection must come to an end, and the server must stay well. */
export const attackSockets: Attack = {
  name: "sockets",
  cases: { quick: 2_000, full: 40_000 },
  async run(cases, trial) {
    await onAttackedProcess(async (attacked) => {
      for (let made = 0; made < cases && !trial.signal.aborted; made += roundSize) {
        const round = sampled(httpBytes, trial.seed + made, Math.min(roundSize, cases - made));
        await tryAll(round, lanes, trial, async (bytes) => trial.judged(() => shown(bytes), await problemOfBytes(attacked, bytes)));
        const illness = await attacked.illness();
        trial.judged(() => "the server afterwards", illness);
      }
      await trySlowClients(attacked, trial);
    });
    await tryTooManyClients(trial);
  },
};

/** 505 is the runtime's own: what was sent names no version of HTTP. */
async function problemOfBytes({ port, cpu }: AttackedProcess, bytes: string): Promise<string | undefined> {
  const received = await exchange(port, bytes, cpu);
  if (received === undefined) return "the connection was left open after its client had ended it";
  const failed = /HTTP\/1\.1 5(?!0[35])\d\d/.exec(received);
  if (failed !== null) return `it answered ${shown(received.slice(failed.index))}`;
  return /\n\s+at \S+ \(/.test(received) ? `a stack crossed the wire: ${shown(received)}` : undefined;
}

/** All that came until the server closed; `undefined` when it did not. */
async function exchange(port: number, bytes: string, cpu: CpuClock): Promise<string | undefined> {
  using waiting = patience(cpu);
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let received = "";
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  waiting.signal.addEventListener("abort", () => resolve(undefined));
  socket.on("data", (data) => {
    if (received.length < answerCharsMax) received += data.toString("latin1");
  });
  socket.on("error", () => {});
  socket.on("close", () => resolve(received));
  socket.end(bytes, "latin1");
  return await promise.finally(() => socket.destroy());
}

const answerCharsMax = 100_000;
