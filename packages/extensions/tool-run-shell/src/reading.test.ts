import type { ToolOutput } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pieces } from "./pieces.fixture.ts";
import { Reading } from "./reading.ts";

const never = () => Promise.reject(new Error("no file was needed"));

function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
}

async function read(stdout: readonly Uint8Array[], stderr: readonly Uint8Array[] = []) {
  const shown: ToolOutput[] = [];
  const takers = { clock: new FakeClock(), pieces, progress: (output: ToolOutput) => void shown.push(output), openFile: never };
  const reading = new Reading({ stdout: streamOf(stdout), stderr: streamOf(stderr) }, takers);
  await reading.drained;
  const { head } = await reading.end();
  const of = (stream: ToolOutput["stream"]) => shown.flatMap((output) => (output.stream === stream ? [output.data] : [])).join("");
  return { head, stdout: of("stdout"), stderr: of("stderr"), sleeping: takers.clock.sleeping };
}

test("wherever reads tear the bytes, the text is that of the whole, invalid bytes included", async () => {
  const text = fc.string({ unit: "binary", maxLength: 20 }).map((string) => new TextEncoder().encode(string));
  const anything = fc.oneof(text, fc.uint8Array({ maxLength: 20 }));
  const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(anything, sizes, async (bytes, [...cuts]) => {
      const pieces: Uint8Array[] = [];
      for (let at = 0, n = 0; at < bytes.length; at += cuts[n % cuts.length] ?? 1, n++)
        pieces.push(bytes.subarray(at, at + (cuts[n % cuts.length] ?? 1)));
      const whole = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      expect(await read(pieces)).toEqual({ head: whole, stdout: whole, stderr: "", sleeping: 0 });
    }),
    { numRuns: 50 },
  );
});

test("a byte order mark is output like any other", async () => {
  expect((await read([new Uint8Array([0xef, 0xbb]), new Uint8Array([0xbf, 0x61])])).stdout).toBe("\ufeffa");
});

test("a character that is torn on one stream is not mixed up with the other stream", async () => {
  const [first, ...rest] = new TextEncoder().encode("€");
  const other = [new TextEncoder().encode("¢"), new TextEncoder().encode("!")];
  const { stdout, stderr, head } = await read([new Uint8Array([first ?? 0]), new Uint8Array(rest)], other);
  expect([stdout, stderr, [...head].sort()]).toEqual(["€", "¢!", ["!", "¢", "€"]]);
});

test("letting go of a stream that nobody ends gives what has come, the torn character as a mark", async () => {
  const silent = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array([0x61, 0xe2, 0x82]));
    },
  });
  const takers = { clock: new FakeClock(), pieces, progress: () => {}, openFile: never };
  const reading = new Reading({ stdout: silent, stderr: streamOf([]) }, takers);
  await takers.clock.untilSleeping(1);
  expect((await reading.end()).head).toBe("a\ufffd");
  expect(takers.clock.sleeping).toBe(0);
});

test("a stream that fails is told to who waits for the output", async () => {
  const broken = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error("broken")) });
  const reading = new Reading(
    { stdout: broken, stderr: streamOf([]) },
    { clock: new FakeClock(), pieces, progress: () => {}, openFile: never },
  );
  await reading.drained;
  await expect(reading.end()).rejects.toThrow("broken");
});

test("a flood is read no faster than it is kept", async () => {
  const megabyte = new Uint8Array(1024 * 1024).fill(0x61);
  let pulled = 0;
  const flood = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(megabyte);
    },
  });
  const asked = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<never>();
  const openFile = () => {
    asked.resolve();
    return slow.promise;
  };
  const clock = new FakeClock();
  const reading = new Reading({ stdout: flood, stderr: streamOf([]) }, { clock, pieces, progress: () => {}, openFile });
  await asked.promise;
  await clock.advance(1_000);
  expect(pulled).toBeLessThanOrEqual(2);
  slow.reject(new Error("no disk"));
  await reading.full;
  expect(pulled).toBeGreaterThan(60);
  await reading.end();
});

// Reaches pieceBytesMax.
test("however much comes at once, it is looked through in pieces of 64 KiB", async () => {
  const lengths: number[] = [];
  const watched = () => {
    const own = pieces();
    return {
      push(text: string) {
        lengths.push(text.length);
        return own.push(text);
      },
      end: () => own.end(),
    };
  };
  const takers = {
    clock: new FakeClock(),
    pieces: watched,
    progress: () => {},
    openFile: async () => Promise.reject(new Error("no disk")),
  };
  const reading = new Reading({ stdout: streamOf([new Uint8Array(200_000).fill(0x61)]), stderr: streamOf([]) }, takers);
  await reading.drained;
  await reading.end();
  expect(lengths.filter((length) => length > 0)).toEqual([65_536, 65_536, 65_536, 3_392]);
});
