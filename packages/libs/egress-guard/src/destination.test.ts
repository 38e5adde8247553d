import { expect, test } from "vitest";
import { parseNetwork } from "./address.ts";
import { checkedUrl } from "./checked-url.ts";
import { addressesMax, destination } from "./destination.ts";
import { targetList } from "./target-list.ts";

interface Setting {
  readonly answers?: readonly string[] | Error;
  readonly allow?: readonly string[];
  readonly own?: readonly string[];
}

const reach = (url: string, { answers = [], allow = [], own = [] }: Setting = {}) =>
  destination(checkedUrl(url), {
    resolve: async () => {
      if (answers instanceof Error) throw answers;
      return answers;
    },
    allowed: targetList(allow),
    own: () => own.map(parseNetwork).filter((network) => network !== undefined),
  });
const forbidden = { kind: "denied", code: "egress-guard/forbidden" };

test("a public name is reached at its addresses in their order, at most four", async () => {
  expect(await reach("https://a.example/", { answers: ["2606:4700::1", "1.1.1.1"] })).toEqual(["2606:4700::1", "1.1.1.1"]);
  const many = Array.from({ length: 9 }, (_, n) => `1.1.1.${n}`);
  expect(await reach("https://a.example/", { answers: many })).toEqual(many.slice(0, addressesMax));
});

test("of several addresses only those are left that may be reached", async () => {
  expect(await reach("http://a.example/", { answers: ["127.0.0.1", "1.1.1.1", "::1", "fe80::1%eth0"] })).toEqual(["1.1.1.1"]);
});

test("a name whose addresses are all private is forbidden, whatever it is called", async () => {
  for (const name of ["localhost", "router.example", "metadata.google.internal", "printer.local"])
    await expect(reach(`http://${name}/`, { answers: ["192.168.1.1", "::ffff:10.0.0.1", "::1"] })).rejects.toMatchObject(forbidden);
});

test("an address needs no resolver", async () => {
  const answers = new Error("was asked");
  expect(await reach("http://1.1.1.1/", { answers })).toEqual(["1.1.1.1"]);
  await expect(reach("http://169.254.169.254/", { answers })).rejects.toMatchObject(forbidden);
  await expect(reach("http://[::1]/", { answers })).rejects.toMatchObject(forbidden);
});

test("this machine's own public addresses, and its neighbours in IPv6, are not reached", async () => {
  const own = ["5.5.5.5", "2a02:1:2:3::7/64"];
  for (const address of ["5.5.5.5", "2a02:1:2:3::1"])
    await expect(reach("http://a.example/", { answers: [address], own })).rejects.toMatchObject(forbidden);
  expect(await reach("http://a.example/", { answers: ["5.5.5.6", "2a02:1:2:4::1"], own })).toEqual(["5.5.5.6", "2a02:1:2:4::1"]);
});

test("what is allowed is reached, on any port, and nothing beside it", async () => {
  const allow = ["nas.lan", "192.168.1.0/24"];
  expect(await reach("http://nas.lan:631/", { answers: ["10.0.0.9"], allow })).toEqual(["10.0.0.9"]);
  expect(await reach("http://192.168.1.7:22/", { allow })).toEqual(["192.168.1.7"]);
  await expect(reach("http://other.lan/", { answers: ["10.0.0.9"], allow })).rejects.toMatchObject(forbidden);
});

test("a port of another protocol is forbidden on the public internet", async () => {
  await expect(reach("http://a.example:25/", { answers: ["1.1.1.1"] })).rejects.toMatchObject({
    ...forbidden,
    message: expect.stringMatching(/Port 25/),
  });
  expect(await reach("http://a.example:8080/", { answers: ["1.1.1.1"] })).toEqual(["1.1.1.1"]);
});

test("a name without an address is missing; a resolver that fails is unavailable", async () => {
  const failing = (code: string) => Object.assign(new Error(code), { code });
  await expect(reach("http://a.example/", { answers: [] })).rejects.toMatchObject({ kind: "missing", code: "egress-guard/no-host" });
  await expect(reach("http://a.example/", { answers: ["no address"] })).rejects.toMatchObject({ code: "egress-guard/no-host" });
  await expect(reach("http://a.example/", { answers: failing("ENOTFOUND") })).rejects.toMatchObject({ code: "egress-guard/no-host" });
  await expect(reach("http://a.example/", { answers: failing("EAI_AGAIN") })).rejects.toMatchObject({
    kind: "unavailable",
    code: "egress-guard/no-resolver",
  });
});
