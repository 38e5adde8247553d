import fc from "fast-check";
import { expect, test } from "vitest";
import { createClientAddress, hopsMax, plainAddress, proxyProblem } from "./client-address.ts";

const headers = (forwarded: string, proto = "") => new Headers({ "x-forwarded-for": forwarded, "x-forwarded-proto": proto });

test("without trusted proxies nothing that a header says counts", () => {
  const clients = createClientAddress([]);
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), (peer, forwarded) => {
      expect(clients.of(peer, headers(forwarded))).toBe(peer);
      expect(clients.cameSecurely(peer, headers(forwarded, "https"))).toBe(false);
    }),
  );
});

test("whoever is no trusted proxy cannot choose its address, whatever it sends through one", () => {
  const clients = createClientAddress(["10.0.0.0/8", "fd00::/8", "127.0.0.1"]);
  const hop = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom("", "unknown", "_hidden", "1.2.3", "10.0.0.1:80", "[fd00::1]", "a,b"),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(hop, { maxLength: 40 }), (forged) => {
      const text = [...forged, "203.0.113.7"].join(", ").replace(/[^\x20-\x7e]/g, "?");
      expect(clients.of("10.0.0.1", headers(text))).toBe("203.0.113.7");
      expect(clients.of("203.0.113.9", headers(text))).toBe("203.0.113.9");
    }),
    { numRuns: 500 },
  );
});

test("addresses of both families are told, also with a port, and an IPv4 address is one in IPv6 too", () => {
  const clients = createClientAddress(["10.0.0.1", "fd00::/8"]);
  expect(clients.of("10.0.0.1", headers("[2001:db8::5]:443"))).toBe("2001:db8::5");
  expect(clients.of("fd00::1", headers("198.51.100.3:1234, 10.0.0.1"))).toBe("198.51.100.3");
  expect(clients.of("10.0.0.1", headers("::ffff:198.51.100.3"))).toBe("198.51.100.3");
  expect([plainAddress("::ffff:127.0.0.1"), plainAddress("::FFFF:1.2.3.4"), plainAddress("2001:db8::1")]).toEqual([
    "127.0.0.1",
    "1.2.3.4",
    "2001:db8::1",
  ]);
});

test("a request came securely when the nearest trusted proxy says so", () => {
  const clients = createClientAddress(["10.0.0.1"]);
  expect(clients.cameSecurely("10.0.0.1", headers("", "https"))).toBe(true);
  expect(clients.cameSecurely("10.0.0.1", headers("", "https, http"))).toBe(false);
  expect(clients.cameSecurely("10.0.0.2", headers("", "https"))).toBe(false);
});

test("what is neither an address nor a network is refused", () => {
  for (const right of ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0"]) expect(proxyProblem(right), right).toBeUndefined();
  for (const wrong of ["", "*", "proxy.lan", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0", " 10.0.0.1"])
    expect(proxyProblem(wrong), wrong).toBeDefined();
});

test("of hops without end only those are read that our own proxies may have written", () => {
  const clients = createClientAddress(["10.0.0.0/8"]);
  const ours = Array.from({ length: hopsMax }, () => "10.0.0.2");
  expect(clients.of("10.0.0.1", headers(["203.0.113.7", ...ours.slice(1)].join(",")))).toBe("203.0.113.7");
  expect(clients.of("10.0.0.1", headers(["203.0.113.7", ...ours].join(",")))).toBe("10.0.0.2");
});
