import { type CpuClock, patiently } from "../patience.ts";
import { type Attack, sampled, type Trial, tryAll } from "./attack.ts";
import { type AttackedProcess, onAttackedProcess } from "./attacked-process.ts";
import { frame, frameRows, type SentFrame } from "./frame-bytes.ts";
import { rawClient } from "./raw-client.ts";

const lanes = 24;
/** On average: rows are of any length. */
const framesOfOneClient = 11;
const roundSize = 400;

/** Frames over WebSockets: a lawful one is answered or taken, a lawless one ends its own connection alone. */
export const attackFrames: Attack = {
  name: "frames",
  cases: { quick: 5_000, full: 120_000 },
  run: (cases, trial) =>
    onAttackedProcess(async (attacked) => {
      const clients = Math.ceil(cases / framesOfOneClient);
      for (let made = 0; made < clients && !trial.signal.aborted; made += roundSize) {
        const rows = sampled(frameRows, trial.seed + made, Math.min(roundSize, clients - made));
        await tryAll(rows, lanes, trial, (row) => tryRow(attacked, row, trial));
        const illness = await attacked.illness();
        trial.judged(() => "the server afterwards", illness);
      }
      await attacked.secondLife(trial);
    }),
};

const handshake =
  "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

async function tryRow({ port, cpu }: AttackedProcess, row: readonly SentFrame[], trial: Trial): Promise<void> {
  using client = rawClient(port, handshake);
  const point = () =>
    `${row.length} frames: ${Buffer.concat(row.map(({ bytes }) => bytes))
      .toString("base64")
      .slice(0, 4_000)}`;
  const greeted = await within(client.until('"catalog"'), cpu);
  if (greeted === undefined) return trial.judged(point, "the server did not greet");
  for (const { bytes } of row) client.write(bytes);
  const mark = `mark-${crypto.randomUUID()}`;
  client.write(frame(0x81, Buffer.from(JSON.stringify({ type: mark }))));
  const isLawful = row.every(({ lawful }) => lawful);
  // What waits for the rest of a frame may wait: the end of its client is its end.
  if (!isLawful) client.end();
  const answer = await within(isLawful ? client.until(mark) : client.closed, cpu);
  const problem = answer === undefined ? problemOfSilence(isLawful) : problemOfText(answer);
  trial.judged(point, problem);
  for (let rest = 1; rest < row.length; rest++) trial.judged(point, undefined);
}

const problemOfSilence = (isLawful: boolean): string =>
  isLawful
    ? "lawful frames ended the connection, or what came behind them was not answered"
    : "lawless frames left the connection open after its client had ended it";

const problemOfText = (text: string): string | undefined => (/\n\s+at \S+ \(/.test(text) ? "a stack crossed the wire" : undefined);

const within = <Value>(work: Promise<Value>, cpu: CpuClock): Promise<Value | undefined> => patiently(work, cpu).catch(() => undefined);
