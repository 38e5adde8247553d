import { dlopen } from "bun:ffi";

/** Tells the service manager how the server stands. Telling never throws and never blocks. */
export interface ServiceManager {
  /** Lines of sd_notify(3), such as `READY=1`. */
  tell(state: string): void;
  /** The manager ends a service that is silent for longer than this. */
  readonly watchdogMs?: number;
  /** CLOCK_MONOTONIC, as `RELOADING=1` wants it beside it. */
  monotonicUsec(): bigint;
}

type Environment = { [name: string]: string | undefined };

/** Whoever has these can speak for the service; a command of the model is not to. */
const managerVariables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] as const;

/**
 * The manager that started this process, if one did. Its variables are taken out of the environment, so that no child inherits them. What cannot be told is
 * complained of once.
 */
export function serviceManager(environment: Environment, pid: number, complain: (text: string) => void): ServiceManager {
  const [path = "", watchdogUsec = "", watchdogPid = ""] = managerVariables.map((name) => environment[name]);
  for (const name of managerVariables) delete environment[name];
  if (path === "") return nobody;
  try {
    const socket = openSocket(path, complain);
    const watchdogMs = Math.floor(Number(watchdogUsec) / 1000);
    const isWatched = watchdogMs >= 1 && (watchdogPid === "" || watchdogPid === String(pid));
    return isWatched ? { ...socket, watchdogMs } : socket;
  } catch (thrown) {
    complain(`warn  host-bin: The service manager cannot be told anything: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    return nobody;
  }
}

const nobody: ServiceManager = { tell() {}, monotonicUsec: () => 0n };

const unixFamily = 1;
const datagramCloseOnExec = 2 | 0o2000000;
const withoutSignalOrWait = 0x4000 | 0x40;
const monotonicClock = 1;
const nameBytesMax = 108;

/** Bun has no datagram sockets of this family: libc's own are called. */
function openSocket(path: string, complain: (text: string) => void): ServiceManager {
  const address = addressOf(path);
  const { symbols: libc } = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "usize", "i32", "ptr", "u32"], returns: "i64" },
    clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
  });
  const descriptor = libc.socket(unixFamily, datagramCloseOnExec, 0);
  if (descriptor < 0) throw new Error("no socket can be opened");
  let complained = false;
  return {
    tell(state) {
      const bytes = Buffer.from(state);
      const sent = Number(libc.sendto(descriptor, bytes, bytes.length, withoutSignalOrWait, address, address.length));
      if (sent === bytes.length || complained) return;
      complained = true;
      complain(`warn  host-bin: The service manager does not take what it is told at ${path}.\n`);
    },
    monotonicUsec() {
      const time = new BigInt64Array(2);
      libc.clock_gettime(monotonicClock, time);
      return (time[0] ?? 0n) * 1_000_000n + (time[1] ?? 0n) / 1_000n;
    },
  };
}

/** `struct sockaddr_un`. A name that begins with `@` is abstract: a zero byte stands in the place of the `@`, and none at the end. */
function addressOf(path: string): Uint8Array {
  const isAbstract = path.startsWith("@");
  if (!isAbstract && !path.startsWith("/")) throw new Error(`NOTIFY_SOCKET takes a path or an abstract name, not ${path}`);
  const name = Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`);
  if (name.length > nameBytesMax) throw new Error(`NOTIFY_SOCKET has more than ${nameBytesMax} bytes`);
  const family = Buffer.alloc(2);
  family.writeUInt16LE(unixFamily);
  return Buffer.concat([family, name]);
}
