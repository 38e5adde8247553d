import { expect, test } from "vitest";
import { serviceManager } from "./notify-socket.ts";

function manager(environment: { [name: string]: string | undefined }, pid = 7) {
  const complaints: string[] = [];
  return { found: serviceManager(environment, pid, (text) => complaints.push(text)), complaints };
}

test("what would let a child speak for the service is taken out of the environment", () => {
  const environment = { NOTIFY_SOCKET: "@dispatch-nobody", WATCHDOG_USEC: "3000000", WATCHDOG_PID: "7", PATH: "/bin" };
  expect(manager(environment).found.watchdogMs).toBe(3_000);
  expect(environment).toEqual({ PATH: "/bin" });
});

test("without a manager nobody is told, and nothing is complained of", () => {
  const { found, complaints } = manager({ WATCHDOG_USEC: "3000000" });
  found.tell("READY=1\n");
  expect([found.watchdogMs, complaints]).toEqual([undefined, []]);
});

test("a watchdog of another process, or none that is a number, is not ours", () => {
  for (const more of [{ WATCHDOG_USEC: "3000000", WATCHDOG_PID: "8" }, { WATCHDOG_USEC: "soon" }, { WATCHDOG_USEC: "0" }, {}])
    expect(manager({ NOTIFY_SOCKET: "@dispatch-nobody", ...more }).found.watchdogMs).toBeUndefined();
});

test.each(["vsock:2:1234", "notify", `/${"x".repeat(200)}`])(
  "an address that cannot be told anything is complained of, and the server goes on: %s",
  (address) => {
    const { found, complaints } = manager({ NOTIFY_SOCKET: address });
    found.tell("READY=1\n");
    expect(complaints).toEqual([expect.stringContaining("The service manager cannot be told anything: NOTIFY_SOCKET ")]);
  },
);

// Reaches nameBytesMax.
test("an address has at most 108 bytes, the zero at a path's end among them", () => {
  const complaintsOf = (address: string) => {
    const { found, complaints } = manager({ NOTIFY_SOCKET: address });
    found.tell("READY=1\n");
    return complaints;
  };
  for (const fits of [`/${"x".repeat(106)}`, `@${"x".repeat(107)}`])
    expect(complaintsOf(fits)).toEqual([expect.stringContaining("does not take")]);
  for (const long of [`/${"x".repeat(107)}`, `@${"x".repeat(108)}`])
    expect(complaintsOf(long)).toEqual([expect.stringContaining("more than 108 bytes")]);
});
