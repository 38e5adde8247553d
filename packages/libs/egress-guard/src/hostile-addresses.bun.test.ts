import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { egressGuard } from "./egress-guard.ts";
import { answer, redirect, startLoopback } from "./loopback.fixture.ts";

/** What names lead to here; any other leads to the one server that may be asked. */
const names: { readonly [name: string]: readonly string[] } = {
  localhost: ["127.0.0.1"],
  "localhost.": ["::1", "127.0.0.1"],
  "localtest.example": ["127.0.0.1"],
  "127.0.0.1.nip.example": ["127.0.0.1"],
  "metadata.google.internal": ["169.254.169.254"],
  "metadata.goog": ["169.254.169.254"],
  "instance-data": ["169.254.169.254"],
  "router.example": ["192.168.1.1"],
  "both.example": ["10.0.0.1", "fd00::1", "::ffff:10.0.0.1"],
  "mapped.example": ["::ffff:127.0.0.1"],
  "public.example": ["93.184.216.34"],
  "nat64.example": ["64:ff9b::a9fe:a9fe"],
};

const forbidden = "egress-guard/forbidden";
const badUrl = "egress-guard/bad-url";
/** Attempts to reach what is not of the public internet, each with the refusal that it meets. */
const attempts: { readonly [what: string]: readonly [url: string, code: string] } = {
  loopback: ["http://127.0.0.1/", forbidden],
  "loopback, another of its addresses": ["http://127.8.8.8/", forbidden],
  "loopback by two parts": ["http://127.1/", forbidden],
  "loopback as one number": ["http://2130706433/", forbidden],
  "loopback in hexadecimal": ["http://0x7f000001/", forbidden],
  "loopback in hexadecimal parts": ["http://0x7f.0x0.0x0.0x1/", forbidden],
  "loopback in octal": ["http://017700000001/", forbidden],
  "loopback in octal parts": ["http://0177.0.0.01/", forbidden],
  "loopback in mixed bases": ["http://0x7f.0.1/", forbidden],
  "loopback in full-width digits": ["http://１２７.０.０.１/", forbidden],
  "loopback in circled digits": ["http://①②⑦.⓪.⓪.①/", forbidden],
  "loopback with ideographic dots": ["http://127。0。0。1/", forbidden],
  "loopback percent-encoded": ["http://%31%32%37.0.0.1/", forbidden],
  "loopback with a dot behind": ["http://127.0.0.1./", forbidden],
  "any address": ["http://0.0.0.0/", forbidden],
  "any address, short": ["http://0/", forbidden],
  "a number that is too large for an address": ["http://4294967296/", badUrl],
  "IPv6 loopback": ["http://[::1]/", forbidden],
  "IPv6 loopback in full": ["http://[0000:0000:0000:0000:0000:0000:0000:0001]/", forbidden],
  "IPv6 any": ["http://[::]/", forbidden],
  "IPv4 mapped into IPv6": ["http://[::ffff:127.0.0.1]/", forbidden],
  "IPv4 mapped into IPv6, in hexadecimal": ["http://[::ffff:7f00:1]/", forbidden],
  "IPv4 translated": ["http://[::ffff:0:127.0.0.1]/", forbidden],
  "IPv4 compatible": ["http://[::127.0.0.1]/", forbidden],
  NAT64: ["http://[64:ff9b::169.254.169.254]/", forbidden],
  "NAT64 of a local prefix": ["http://[64:ff9b:1::7f00:1]/", forbidden],
  "6to4": ["http://[2002:7f00:1::]/", forbidden],
  Teredo: ["http://[2001:0:7f00:1::]/", forbidden],
  "unique local IPv6": ["http://[fd12:3456::1]/", forbidden],
  "link-local IPv6": ["http://[fe80::1]/", forbidden],
  "link-local IPv6 with a zone": ["http://[fe80::1%25eth0]/", badUrl],
  "site-local IPv6": ["http://[fec0::1]/", forbidden],
  multicast: ["http://224.0.0.1/", forbidden],
  broadcast: ["http://255.255.255.255/", forbidden],
  "a private network, 10": ["http://10.1.2.3/", forbidden],
  "a private network, 172": ["http://172.31.0.1/", forbidden],
  "a private network, 192": ["http://192.168.0.1/", forbidden],
  "a carrier's network": ["http://100.64.0.1/", forbidden],
  "AWS metadata": ["http://169.254.169.254/latest/meta-data/iam/security-credentials/", forbidden],
  "AWS metadata as one number": ["http://2852039166/", forbidden],
  "AWS metadata in IPv6": ["http://[fd00:ec2::254]/", forbidden],
  "ECS metadata": ["http://169.254.170.2/v2/credentials", forbidden],
  "Alibaba metadata": ["http://100.100.100.200/latest/meta-data/", forbidden],
  "Azure's host": ["http://168.63.129.16/machine", forbidden],
  "Oracle metadata": ["http://192.0.0.192/opc/v1/instance/", forbidden],
  "localhost by name": ["http://localhost/", forbidden],
  "localhost in capitals": ["http://LOCALHOST/", forbidden],
  "localhost with a dot behind": ["http://localhost./", forbidden],
  "a public name of loopback": ["http://localtest.example/", forbidden],
  "an address within a name": ["http://127.0.0.1.nip.example/", forbidden],
  "a metadata name": ["http://metadata.google.internal/computeMetadata/v1/", forbidden],
  "a short metadata name": ["http://metadata.goog/", forbidden],
  "a metadata name without dots": ["http://instance-data/latest/", forbidden],
  "a router by name": ["http://router.example/", forbidden],
  "a name with nothing but inner addresses": ["http://both.example/", forbidden],
  "a name with a mapped address": ["http://mapped.example/", forbidden],
  "a name with a NAT64 address": ["http://nat64.example/", forbidden],
  "a user name before the host": ["http://a.example@169.254.169.254/", badUrl],
  "a user name that is a whole URL": ["http://a.example%2F@127.0.0.1/", badUrl],
  "a password": ["http://a:b@a.example/", badUrl],
  "a fragment that ends the host early": ["http://127.0.0.1#@a.example/", forbidden],
  "a backslash that ends the host early": ["http://127.0.0.1\\@a.example/", forbidden],
  "backslashes for slashes": ["http:\\\\127.0.0.1\\", forbidden],
  "a tab within the host": ["http://127.0.\t0.1/", forbidden],
  "a line break within the host": ["http://127.0.0\n.1/", forbidden],
  "a file": ["file:///etc/passwd", badUrl],
  gopher: ["gopher://127.0.0.1:6379/_FLUSHALL", badUrl],
  data: ["data:text/html,hello", badUrl],
  "a socket of this machine": ["http+unix://%2Frun%2Fdocker.sock/info", badUrl],
  "the port of ssh": ["http://public.example:22/", forbidden],
  "the port of a mail server": ["http://public.example:25/", forbidden],
};

const resolve = async (hostname: string) => names[hostname] ?? ["127.0.0.2"];
const limits = { timeoutMs: 30_000, receivedBytesMax: 1_000, bodyBytesMax: 1_000 };

test.each(Object.entries(attempts))("%s is refused: at once, for another server, and behind a redirect", async (_, [url, code]) => {
  await using trap = await startLoopback(answer("secret"), { address: "127.0.0.1" });
  const trapped = url.replace(/^(http:\/\/[^/:@]+)\//, `$1:${trap.port}/`);
  await using door = await startLoopback(redirect(trapped));
  const guard = egressGuard({ clock: new FakeClock(), allow: [`127.0.0.2`], resolve });
  const { signal } = new AbortController();
  for (const asked of [url, trapped]) {
    await expect(guard.get(asked, { signal, ...limits }), asked).rejects.toMatchObject({ code });
    await expect(guard.check(asked, { signal, timeoutMs: 1_000 }), asked).rejects.toMatchObject({ code });
  }
  // A header holds one line of ASCII: what is left of a location is no less hostile.
  const behind = /[^ -~]/.test(url) ? expect.stringMatching(/forbidden|bad-url|broken|no-host/) : code;
  await expect(guard.get(`http://a.example:${door.port}/`, { signal, ...limits })).rejects.toMatchObject({ code: behind });
  expect(trap.connections()).toBe(0);
  await door.idle();
});
