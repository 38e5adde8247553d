import fc from "fast-check";
import { expect, test } from "vitest";
import { isPublic, isWithin, parseAddress, parseNetwork } from "./address.ts";
import { checkedUrl } from "./checked-url.ts";

const publicly = (text: string): boolean => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return isPublic(address);
};

test.each([
  ["0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"],
  ["169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1"],
  ["198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
  [
    "168.63.129.16",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
  ],
  ["64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1", "2001:10::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1"],
  ["fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1", "e000::1", "1::1"],
])("no public address: %s, %s, %s, %s, %s, %s, …", (...addresses) => {
  for (const address of addresses) expect(publicly(address), address).toBe(false);
});

test.each(["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "192.167.255.255", "2606:4700::1111", "2a00:1450:4001::200e"])(
  "%s is public",
  (address) => {
    expect(publicly(address)).toBe(true);
  },
);

const octets = fc.tuple(...[0, 1, 2, 3].map(() => fc.nat(255)));
const inPrivate = fc.oneof(
  octets.map(([, b, c, d]) => [10, b, c, d]),
  octets.map(([, b, c, d]) => [127, b, c, d]),
  octets.map(([, , c, d]) => [192, 168, c, d]),
  octets.map(([, , c, d]) => [169, 254, c, d]),
) as fc.Arbitrary<[number, number, number, number]>;

const spellings: readonly ((address: readonly number[]) => string)[] = [
  (octets) => octets.join("."),
  (octets) => octets.map((octet) => `0x${octet.toString(16)}`).join("."),
  (octets) => octets.map((octet) => `0${octet.toString(8)}`).join("."),
  (octets) => String(octets.reduce((sum, octet) => sum * 256 + octet, 0)),
  (octets) => `0x${octets.map((octet) => octet.toString(16).padStart(2, "0")).join("")}`,
  ([a = 0, b = 0, c = 0, d = 0]) => `${a}.${b}.${c * 256 + d}`,
  ([a = 0, b = 0, c = 0, d = 0]) => `${a}.${(b * 256 + c) * 256 + d}`,
  (octets) => `${octets.join(".")}.`,
  (octets) => octets.join("。"),
  (octets) => octets.map((octet) => String(octet).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))).join("."),
  (octets) => octets.map((octet) => String(octet).replace(/\d/g, (digit) => `%3${digit}`)).join("."),
  (octets) => `[::ffff:${octets.join(".")}]`,
  (octets) => `[0:0:0:0:0:ffff:${octets.join(".")}]`,
  (octets) => `[::${octets.join(".")}]`,
  (octets) => `[64:ff9b::${octets.join(".")}]`,
  ([a = 0, b = 0, c = 0, d = 0]) => `[2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::1]`,
];

test("however a private IPv4 address is written into a URL, it is told as one that is not public", () => {
  fc.assert(
    fc.property(inPrivate, fc.constantFrom(...spellings), (address, spell) => {
      const { hostname } = checkedUrl(`http://${spell(address)}/`);
      expect(publicly(hostname)).toBe(false);
    }),
  );
});

test("what is no address is none", () => {
  for (const text of ["", "example.com", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0x7f.0.0.1", "01.2.3.4", "::g", "[::1", "127.0.0.1 "]) {
    expect(parseAddress(text), text).toBeUndefined();
  }
});

test("an address is within its networks, also when it is written into IPv6", () => {
  const within = (address: string, network: string) => {
    const [a, n] = [parseAddress(address), parseNetwork(network)];
    return a !== undefined && n !== undefined && isWithin(a, n);
  };
  expect(within("192.168.1.5", "192.168.1.0/24")).toBe(true);
  expect(within("192.168.2.5", "192.168.1.0/24")).toBe(false);
  expect(within("::ffff:192.168.1.5", "192.168.1.0/24")).toBe(true);
  expect(within("fd00::5", "fd00::/8")).toBe(true);
  expect(within("fd00::5", "192.168.1.0/24")).toBe(false);
  expect(within("127.0.0.1", "127.0.0.1")).toBe(true);
  for (const network of ["1.2.3.4/33", "::1/129", "1.2.3.4/", "1.2.3.4/8/8", "x/8", "1.2.3.4/-1"])
    expect(parseNetwork(network), network).toBeUndefined();
});
