import { expect, test } from "vitest";
import { parseAddress } from "./address.ts";
import { checkedUrl, isWebPort, portOf, urlLengthMax } from "./checked-url.ts";
import { targetList, whyNotAnEntry } from "./target-list.ts";

test.each([
  ["ftp://example.com/", /Only http and https URLs are fetched, not ftp:/],
  ["file:///etc/passwd", /not file:/],
  ["javascript:alert(1)", /not javascript:/],
  ["data:text/html,x", /not data:/],
  ["https://user:secret@example.com/", /user name or password/],
  ["https://user@example.com/", /user name or password/],
  ["example.com", /no URL/],
  ["", /no URL/],
  ["http://", /no URL/],
  ["http://[fe80::1%25eth0]/", /no URL/],
  ["http://a b/", /no URL/],
  [`http://example.com/${"x".repeat(urlLengthMax)}`, /more than 8000 characters/],
])("%j is refused, without its secrets", (text, message) => {
  expect(() => checkedUrl(text)).toThrow(
    expect.objectContaining({ kind: "invalid", code: "egress-guard/bad-url", message: expect.stringMatching(message) }),
  );
  expect(() => checkedUrl(text)).not.toThrow(/secret/);
});

test("a port is that of the URL or of its scheme", () => {
  expect([portOf(checkedUrl("http://a/")), portOf(checkedUrl("https://a/")), portOf(checkedUrl("https://a:8443/"))]).toEqual([
    80, 443, 8443,
  ]);
});

test("web servers stand behind 80, 443 and most ports from 1024 up", () => {
  for (const port of [80, 443, 1024, 3000, 8000, 8080, 8443, 65_535]) expect(isWebPort(port), String(port)).toBe(true);
  for (const port of [0, 1, 22, 23, 25, 53, 110, 445, 587, 631, 1023, 2049, 6000, 6667]) expect(isWebPort(port), String(port)).toBe(false);
});

test("a list names hosts, names below a name, addresses and networks", () => {
  const list = targetList(["NAS.lan", "*.home.arpa", "192.168.1.0/24", "::1", "localhost"]);
  const has = (hostname: string, address = "10.0.0.1") => {
    const parsed = parseAddress(address);
    return parsed !== undefined && list.has(hostname, parsed);
  };
  for (const name of ["nas.lan", "nas.lan.", "a.home.arpa", "a.b.home.arpa", "localhost"]) expect(has(name), name).toBe(true);
  for (const name of ["xnas.lan", "nas.lan.evil.com", "home.arpa", "xhome.arpa", "lan", "localhost.evil.com"])
    expect(has(name), name).toBe(false);
  expect([has("x", "192.168.1.9"), has("x", "192.168.2.9"), has("x", "::1"), has("x", "::2")]).toEqual([true, false, true, false]);
});

test.each(["", "http://nas.lan", "nas lan", "*", "*.", "a..b", "-a", "1.2.3", "1.2.3.4/40", "nas.lan:80", "**.lan", "a.*.lan"])(
  "%j is no entry of a list, and the fault shows how to write one",
  (entry) => {
    expect(whyNotAnEntry(entry)).toMatch(/192\.168\.1\.0\/24/);
    expect(() => targetList([entry])).toThrow(expect.objectContaining({ code: "egress-guard/bad-target", kind: "invalid" }));
  },
);
