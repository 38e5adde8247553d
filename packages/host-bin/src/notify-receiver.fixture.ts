import { dlopen } from "bun:ffi";
import { writeSync } from "node:fs";

// What systemd is to a service: a datagram socket at the path given. Each datagram is printed as a line of JSON. Waiting blocks this process, and nothing else.
const path = process.argv[2] ?? "";
const { symbols: libc } = dlopen("libc.so.6", {
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  recv: { args: ["i32", "ptr", "usize", "i32"], returns: "i64" },
});
const name = Buffer.from(path.startsWith("@") ? `\0${path.slice(1)}` : `${path}\0`);
const address = Buffer.concat([Buffer.from([1, 0]), name]);
const descriptor = libc.socket(1, 2, 0);
if (libc.bind(descriptor, address, address.length) !== 0) throw new Error(`${path} cannot be bound`);
writeSync(1, "bound\n");
const buffer = Buffer.alloc(4096);
for (;;) {
  const size = Number(libc.recv(descriptor, buffer, buffer.length, 0));
  writeSync(1, `${JSON.stringify(buffer.toString("utf8", 0, size))}\n`);
}
