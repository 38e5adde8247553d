import { expect, test } from "vitest";
import { findSocket } from "./socket-table.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:5E8B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1 0000
   1: 0100007F:C001 0100007F:5E8B 01 00000000:00000000 00:00000000 00000000     0        0 22222 1 0000
   2: 0100007F:C002 0100007F:5E8B 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0000
   0: 00000000000000000000000001000000:C003 00000000000000000000000001000000:5E8B 01 0:0 0:0 0 0 0 33333 1 0
   1: 0000000000000000FFFF00000100007F:C004 0000000000000000FFFF00000100007F:5E8B 01 0:0 0:0 0 0 0 44444 1 0
   2: B80D0120000000000000000001000000:C005 0000000000000000FFFF00000100007F:5E8B 01 0:0 0:0 0 0 0 55555 1 0`;

test.each([
  ["127.0.0.1", 0xc001, "22222"],
  ["::ffff:127.0.0.1", 0xc001, "22222"],
  ["127.0.0.1", 0xc002, "0"],
  ["::1", 0xc003, "33333"],
  ["127.0.0.1", 0xc004, "44444"],
  ["2001:db8::1", 0xc005, "55555"],
  ["2001:db8:0:0:0:0:0:1%eth0", 0xc005, "55555"],
  ["127.0.0.1", 0xc009, undefined],
  ["10.0.0.1", 0xc001, undefined],
  ["", 0, undefined],
  ["not::an::address", 1, undefined],
])("the end %s port %i is held by %s", (address, port, inode) => {
  expect(findSocket(table, address, port)).toBe(inode);
});
