import { expect, test } from "vitest";
import { FakeSocket, settled } from "./fake-socket.fixture.ts";
import { Outlet } from "./outlet.ts";
import { delta, share } from "./talk.fixture.ts";

const mib = 1024 * 1024;

function open() {
  const socket = new FakeSocket();
  let overflows = 0;
  const outlet = new Outlet(socket, () => {
    overflows += 1;
  });
  return { socket, outlet, overflows: () => overflows };
}
const isDone = async (promise: Promise<void> | undefined) => {
  let done = promise === undefined;
  void promise?.then(() => {
    done = true;
  });
  await settled();
  return done;
};

test("the events of a batch leave together, each as a frame of its own", () => {
  const { socket, outlet } = open();
  expect(outlet.stream([share(delta("a")), share(delta("b"))])).toBeUndefined();
  expect(socket.packets).toEqual([2]);
  expect(socket.frames).toEqual([
    { type: "chat.delta", event: delta("a") },
    { type: "chat.delta", event: delta("b") },
  ]);
});

test("a frame is built once for all who get it", () => {
  const [one, other] = [open(), open()];
  const event = share(delta("wörld"));
  void one.outlet.stream([event]);
  Object.defineProperty(event, "json", {
    get() {
      throw new Error("built again");
    },
  });
  void other.outlet.stream([event]);
  expect(other.socket.texts).toEqual(one.socket.texts);
});

// Reaches waitingBytesMax.
test("while much waits for the client, its turns wait; what is pushed does not", async () => {
  const { socket, outlet } = open();
  socket.waitingBytes = mib + 1;
  const room = outlet.stream([share(delta("a"))]);
  expect(await isDone(room)).toBe(false);
  outlet.push("pushed");
  expect(socket.texts.at(-1)).toBe("pushed");
  socket.waitingBytes = mib + 1;
  outlet.drained();
  expect(await isDone(room)).toBe(false);
  socket.waitingBytes = mib;
  outlet.drained();
  expect(await isDone(room)).toBe(true);
});

test("nobody waits for room on a socket that is closed", async () => {
  const { socket, outlet } = open();
  socket.waitingBytes = mib + 1;
  const room = outlet.stream([share(delta("a"))]);
  outlet.closed();
  expect(await isDone(room)).toBe(true);
});

test("a frame that was dropped is told, whichever way it went", () => {
  const { socket, outlet, overflows } = open();
  socket.room = 1;
  outlet.push("one");
  expect(overflows()).toBe(0);
  outlet.push("two");
  void outlet.stream([share(delta("three"))]);
  expect(overflows()).toBe(2);
});

test("a client is stuck when much waits and it took nothing since it was last looked at", () => {
  const { socket, outlet } = open();
  expect([outlet.isStuck(), outlet.isStuck()]).toEqual([false, false]);
  socket.waitingBytes = 2 * mib;
  outlet.drained();
  expect([outlet.isStuck(), outlet.isStuck()]).toEqual([false, true]);
  outlet.drained();
  expect(outlet.isStuck()).toBe(false);
  socket.waitingBytes = 10;
  expect(outlet.isStuck()).toBe(false);
});
